import { foldText } from './fold-text.js';

/** What people's phones make of the marks that mean something to a question: a phrase, a hyphenated word. */
const quotes = /[«»“”„‟″]/gu;
const apostrophes = /[‘’‚‛′]/gu;
const hyphens = /[\u2010\u2011]/gu;
/** They stand inside of words and are not seen. */
const unseen = /[\u00ad\u2060]/gu;
const noWord = /[^\p{ASCII}\p{L}\p{N}\p{M}]/gu;

/**
 * A text as full-text search gets it: whatever fills or asks `post.search` comes through here.
 *
 * Folded, lower-cased, and of what is not ASCII only letters, digits and the marks that belong to them. PostgreSQL's parser asks the C library
 * what is a letter, and one whose LC_CTYPE is C (many servers, and every cluster made with `--locale=C`) takes everything behind ASCII for one
 * and lowers none of it: “quoted” would be a word of its own there. What comes out of here is cut into the same words on every server. Idempotent.
 */
export const searchText = (text: string): string =>
  foldText(text).toLowerCase().replace(unseen, '').replace(quotes, '"').replace(apostrophes, "'").replace(hyphens, '-').replace(noWord, ' ');
