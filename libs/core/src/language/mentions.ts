/** Handles as networks write them: @name, @name@host, @name.host. */
const mention = /(?<![\p{L}\p{N}_@/.])@[\p{L}\p{N}_]+(?:[-.][\p{L}\p{N}_]+)*(?:@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)?/gu;

/** Whom a text names by their handle, each once. */
export const mentionsIn = (text: string): readonly string[] => [...new Set(text.match(mention) ?? [])];

/** The text with something else in the place of each handle. */
export const replaceMentions = (text: string, instead: string): string => text.replace(mention, () => instead);
