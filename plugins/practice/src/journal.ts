import { z } from 'zod';
import { addressOf } from './map-town.js';
import type { PracticeCtx } from './settings.js';
import { libraryId, type Town, type TownPost } from './town.schema.js';
import { silence } from './script.js';

/** What the library did in town, oldest first, in the account's store: the processes that send and those that listen meet here. `at` is town time. */
const deed = z.discriminatedUnion('did', [
  z.strictObject({
    did: z.literal('say'), id: z.string(), key: z.string(), part: z.int(), at: z.number(), text: z.string(), lang: z.string(), to: z.string().optional(), images: z.int().min(1).optional(),
  }),
  z.strictObject({ did: z.literal('edit'), id: z.string(), at: z.number(), text: z.string() }),
  z.strictObject({ did: z.literal('take-back'), id: z.string(), at: z.number() }),
  z.strictObject({ did: z.literal('like'), id: z.string(), at: z.number() }),
]);
export type Deed = z.output<typeof deed>;

/** A value of the store holds 64 kB at most, and a deed under 3 kB. */
const pageSize = 20;
const pageKey = (page: number): string => `journal.${page}`;
const stored = z.array(deed);

/** Full pages never change again: a listener that looks every second reads only the last one. */
const fullPages = new WeakMap<PracticeCtx['store'], (readonly Deed[])[]>();

/** All deeds, oldest first. */
export const readJournal = async (ctx: PracticeCtx): Promise<readonly Deed[]> => {
  const full = fullPages.get(ctx.store) ?? [];
  fullPages.set(ctx.store, full);
  const known = full.length;
  const fresh: (readonly Deed[])[] = [];
  for (;;) {
    const page = stored.catch([]).parse(await ctx.store.get(pageKey(known + fresh.length)));
    fresh.push(page);
    if (page.length < pageSize) break;
  }
  fresh.slice(0, -1).forEach((page, i) => (full[known + i] = page));
  return [...full.slice(0, known), ...fresh].flat();
};

/** One writer at a time in a process: the store replaces whole values. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Appends the deed that `decide` makes of the journal, unless it makes none, and returns the journal as it then stands.
 *
 * NOTE: between processes the store offers no compare-and-set, so the host must let one process at a time act for an account, as its outbox does.
 */
export const record = (ctx: PracticeCtx, decide: (journal: readonly Deed[]) => Deed | undefined): Promise<readonly Deed[]> => {
  const next = turn.then(async () => {
    const journal = await readJournal(ctx);
    const made = decide(journal);
    if (made === undefined) return journal;
    const page = Math.floor(journal.length / pageSize);
    await ctx.store.set(pageKey(page), [...journal.slice(page * pageSize), made]);
    return [...journal, made];
  });
  turn = next.catch(() => undefined);
  return next;
};

type Said = Extract<Deed, { did: 'say' }>;

const plain = { tags: [], quotes: [], audience: 'public', media: [], edits: [] } as const satisfies Partial<TownPost>;

/** The library's own post, with the edits and the deletion that the journal's later deeds made. */
export const ownPost = (said: Said, journal: readonly Deed[], town: Town): TownPost => {
  const later = journal.filter((one) => one.id === said.id);
  const back = later.find((one) => one.did === 'take-back');
  const to = said.to === undefined ? undefined : town.posts.get(said.to);
  return {
    ...plain,
    id: said.id,
    by: libraryId,
    at: said.at,
    text: said.text,
    lang: said.lang,
    // The town counts pictures, and keeps none.
    media: Array.from({ length: said.images ?? 0 }, (_, index) => ({ url: `${addressOf(said.id)}/pictures/${index + 1}`, kind: 'image' as const })),
    tags: [...said.text.matchAll(/(?<![\p{L}\p{N}])#([\p{L}\p{N}_]+)/gu)].map(([, tag = '']) => tag),
    edits: later.flatMap((one) => (one.did === 'edit' ? [{ at: one.at, text: one.text }] : [])),
    mentions: to === undefined || to.by === libraryId ? [] : [to.by],
    ...(said.to === undefined ? {} : { to: said.to }),
    ...(back === undefined ? {} : { deletedAt: back.at }),
  };
};

/** Between 0.8 and 1.2, the same for the same seed and post (FNV-1a). */
const stretch = (seed: number | undefined, id: string): number => {
  if (seed === undefined) return 1;
  let hash = 0x811c9dc5 ^ seed;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return 0.8 + ((hash >>> 0) / 0xffffffff) * 0.4;
};

interface Answer {
  readonly id: string;
  readonly by: string;
  readonly after: number;
  readonly text: string;
  readonly lang?: string | undefined;
}

/** What the town's data holds for whatever the library says under this post; where it says it to nobody in particular, for that. */
const answerIn = (town: Town, said: Said): Answer | undefined => {
  if (said.to !== undefined) {
    const asked = town.posts.get(said.to);
    return asked?.whenAnswered && { id: `${asked.id}.answered`, by: asked.by, lang: asked.lang, ...asked.whenAnswered };
  }
  const neighbour = [...town.people.values()].find(({ whenPosted }) => whenPosted !== undefined);
  return neighbour?.whenPosted && { id: `${neighbour.id}.to-the-library`, by: neighbour.id, ...neighbour.whenPosted };
};

/**
 * What townspeople say because of the library's deed number `index`: the answer that the town's data holds for the first reply to that post, or for the
 * library's first post of its own, unless that is taken back, or the person leaves, before it is due.
 */
export const answerTo = (index: number, journal: readonly Deed[], town: Town, seed: number | undefined): TownPost | undefined => {
  const said = journal[index];
  if (said?.did !== 'say') return undefined;
  const answer = answerIn(town, said);
  const person = answer && town.people.get(answer.by);
  if (answer === undefined || person === undefined) return undefined;
  if (journal.findIndex((one) => one.did === 'say' && one.to === said.to) !== index) return undefined;
  const at = said.at + Math.max(1, Math.floor(answer.after * stretch(seed, said.to ?? answer.id)));
  const back = journal.find((one) => one.did === 'take-back' && one.id === said.id)?.at ?? Infinity;
  if (back <= at || silence(person).from <= at) return undefined;
  return {
    ...plain,
    id: answer.id,
    by: answer.by,
    to: said.id,
    at,
    text: answer.text,
    mentions: [libraryId],
    ...(answer.lang === undefined ? {} : { lang: answer.lang }),
  };
};

/** All posts that exist because the library acted: its own, and the answers to them, due or not. */
export const postsOf = (journal: readonly Deed[], town: Town, seed: number | undefined): readonly TownPost[] =>
  journal.flatMap((one, index) => {
    if (one.did !== 'say') return [];
    const answer = answerTo(index, journal, town, seed);
    return [ownPost(one, journal, town), ...(answer === undefined ? [] : [answer])];
  });
