/** Libraries within what is told of another: how many stand beside ours differs from moment to moment. */
const amongOthers = /(\{"__typename":"Library",[^{}]*\},?)+/gu;

/** What two answers have in common that differ only in what was made, or asked for, at another moment. */
export const alike = (text: string): string =>
  text.replace(amongOthers, '<libraries>').replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu, '<id>').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, '<moment>').replace(/n\d+-/gu, 'n-').replace(/ear_[\w-]{43}|key=[\w-]{43}|"[\w-]{22,}"/gu, '<opaque>').replace(/library-\d+|person-?\d+|post-\d+|[Ll]ist \d+|[Ss]earch \d+|followed-\d+/gu, '<made>');
