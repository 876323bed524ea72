const placeholder = /\{\{[^{}\n]{0,200}\}\}/gu;

/** What is to be filled in before a text is sent, each once, as it stands there: `{{opening hours}}`. */
export const placeholdersIn = (text: string): readonly string[] => [...new Set(text.match(placeholder) ?? [])];

/** Something to be filled in, as {@link placeholdersIn} finds it. */
export const placeholderFor = (what: string): string => `{{${what}}}`;
