import { limits, langSchema } from '@earshot/plugin-sdk';
import { Field, InputType } from '@nestjs/graphql';
import { safeUrl } from '../conversations/index.js';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { optionalWords, writtenId, writtenWords } from '../follows/index.js';
import { Id } from '../graphql/index.js';

/** A character may be two of the units in which a post's limit counts. */
const longestText = limits.text / 2;
const longestPlace = 100;
const longestName = 200;

@InputType({ description: 'What was said where nothing listens, as somebody of the staff brings it in.' })
export class BringInInput {
  @Field(() => Id, { description: 'The library that brings it in, and alone hears it.' })
  readonly libraryId!: string;

  @Field(() => String, { description: `What was said: plain text, of ${longestText} characters at most.` })
  readonly text!: string;

  @Field(() => String, { description: `Where: a name of your own, as "desk" or "Facebook: Parents of Ashford", of ${longestPlace} characters at most. What is brought in is counted by it; a name that differs in letter case or spaces alone is the same.` })
  readonly place!: string;

  @Field(() => String, { nullable: true, description: 'Where it can be read, if anywhere: http or https. It is shown, and never asked for.' })
  readonly url?: string | null;

  @Field(() => String, { nullable: true, description: `Who said it, as you would write it, of ${longestName} characters at most. Leave it out where you need no name: then none is kept.` })
  readonly author?: string | null;

  @Field(() => String, { nullable: true, description: 'In which language, as a BCP 47 tag; absent: as the words show.' })
  readonly lang?: string | null;

  @Field(() => String, { nullable: true, description: `What was said before it, where that is needed to understand it, of ${longestText} characters at most.` })
  readonly before?: string | null;

  @Field(() => Id, { nullable: true, description: 'An id of your making, a UUID: what is sent twice with it is brought in once.' })
  readonly key?: string | null;
}

/** What somebody wrote, as it is stored. */
export interface WrittenBringIn {
  readonly libraryId: string;
  readonly key: string;
  readonly place: string;
  readonly text: string;
  readonly url: string | null;
  readonly author: string | null;
  readonly lang: string | null;
  readonly before: string | null;
}

/** @throws PlatformError BAD_INPUT */
export const writtenBringIn = (input: BringInInput): WrittenBringIn => ({
  libraryId: writtenId(input.libraryId, 'libraryId'),
  key: input.key == null ? newId() : writtenId(input.key, 'key'),
  place: inOneLine(writtenWords(input.place, 'place', longestPlace)),
  text: withLines(writtenWords(input.text, 'text', longestText)),
  url: writtenUrl(input.url),
  author: lineOrNull(optionalWords(input.author, 'author', longestName)),
  lang: writtenLang(input.lang),
  before: linesOrNull(optionalWords(input.before, 'before', longestText)),
});

const inOneLine = (words: string): string => words.normalize('NFC').replace(/\s+/gu, ' ');
const lineOrNull = (words: string | null): string | null => (words === null ? null : inOneLine(words));
/** What is copied brings the line ends of its machine. */
const withLines = (words: string): string => words.replace(/\r\n?/gu, '\n');
const linesOrNull = (words: string | null): string | null => (words === null ? null : withLines(words));

const writtenUrl = (url: string | null | undefined): string | null => {
  const written = optionalWords(url, 'url', limits.url / 2);
  if (written === null) return null;
  if (safeUrl(written) === null) throw new PlatformError('BAD_INPUT', 'url is an address that begins with http or https, or left out.', 'url');
  return new URL(written).href;
};

const writtenLang = (lang: string | null | undefined): string | null => {
  const written = lang?.trim() ?? '';
  if (written === '') return null;
  if (!langSchema.safeParse(written).success) throw new PlatformError('BAD_INPUT', 'lang is no language tag, as in en or pt-BR.', 'lang');
  return written;
};
