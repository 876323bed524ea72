import { readFileSync } from 'node:fs';
import { seenMark } from '@earshot/core/understanding';
import cues from '@earshot/plugin-cues';
import type { Client } from 'pg';
import { generateTexts, vocabularyOf } from '../../support/generate-searches.ts';
import { seeded } from '../../support/seeded.ts';
import { benchTexts } from '../texts.ts';
import type { Consortium } from './found-consortium.ts';

export interface HeardSizes {
  readonly posts: number;
  readonly conversations: number;
}

/** Of as many sentences posts are put together, one or two each: the words of what people say, the common ones more often. */
const sentenceCount = 20_000;
const wordsEach = 10;

/** All was judged when it was heard: what bears no mark of today's classifiers would be shown to them when Earshot starts. */
const marks = (): Promise<readonly string[]> => Promise.all(Object.entries(cues.classifiers ?? {}).map(async ([name, load]) => seenMark(`cues/${name}`, (await load()).version)));

const heardSql = readFileSync(new URL('./heard.sql', import.meta.url), 'utf8');

/** The words of what is heard, the commonest first. */
export const heardWords = (): readonly string[] => vocabularyOf(benchTexts().texts).words;

/** Fills an installation that heard nothing yet with ninety days of it. Afterwards its statistics and its visibility map are as after a night. */
export const seedHeard = async (owner: Client, { libraries, staff }: Consortium, { posts, conversations }: HeardSizes): Promise<void> => {
  const sentences = generateTexts(seeded(1), { words: heardWords(), tags: [] }, sentenceCount, wordsEach);
  await owner.query('create temp table sentence(n int primary key, text text, words tsvector)');
  await owner.query(`insert into sentence select n, text, to_tsvector('english', text) from unnest($1::text[]) with ordinality as s(text, n)`, [sentences]);
  await owner.query('create temp table place(n int primary key, id uuid, staff uuid[])');
  for (const [at, id] of libraries.entries()) await owner.query('insert into place values ($1, $2, $3)', [at + 1, id, staff.filter((each) => each.library === id).map(({ actor }) => actor)]);
  // Beside the first conversation on each thread there are second ones and merged ones.
  const threads = Math.round(conversations / 1.0404);
  await owner.query(`create temp table size as select $1::int as posts, $2::int as threads, $3::int as libraries, $4::int as people, $5::int as sentences, $6::text[] as marks`, [
    posts, threads, libraries.length, Math.ceil(posts / 20), sentenceCount, await marks(),
  ]);
  await owner.query(heardSql);
  await owner.query('drop table sentence, place, size');
  await owner.query('vacuum analyze');
};
