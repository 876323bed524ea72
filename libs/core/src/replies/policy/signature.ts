const firstName = /\{\{\s*first name\s*\}\}/giu;
const libraryName = /\{\{\s*library\s*\}\}/giu;
const anyPlaceholder = /\{\{(.*?)\}\}/gsu;

/** What somebody signs with at a library: `{{first name}}` and `{{library}}` are theirs. */
export const signatureOf = (signature: string, who: { readonly name: string; readonly library: string }): string =>
  signature.replace(firstName, () => who.name.trim().split(/\s+/u)[0] ?? '').replace(libraryName, () => who.library);

/** The placeholders that stand in it. */
export const placeholdersOf = (signature: string): readonly string[] => [...signature.matchAll(anyPlaceholder)].map(([, name = '']) => name.trim());

/** The placeholders that nobody can fill in. */
export const unknownPlaceholders = (signature: string): readonly string[] => placeholdersOf(signature.replace(firstName, '').replace(libraryName, ''));

/** So much of the end of a text can be a signature. */
const longestEnd = 1_000;

const ending = (signature: string): RegExp => {
  const pattern = signature.trim().split(/(\{\{.*?\}\})/su).map((piece) => (piece.startsWith('{{') ? (piece.search(firstName) === 0 ? "[\\p{L}\\p{M}'’.-]{1,60}" : '.{1,200}') : piece.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&').replace(/\s+/gu, '\\s+'))).join('');
  return new RegExp(`${pattern}\\s*$`, 'iu');
};

/** Whether a text ends with a library's signature, whoever's name stands in it. */
export const isSigned = (text: string, signature: string): boolean => ending(signature).test(text.slice(-longestEnd));

/** The text without the signature with which it ends, if it does. */
export const withoutSignature = (text: string, signature: string): string => (text.slice(0, -longestEnd) + text.slice(-longestEnd).replace(ending(signature), '')).trimEnd();
