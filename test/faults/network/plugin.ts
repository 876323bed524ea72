import { type Attempt, type Batch, type Ctx, type Need, type OpenChannel, type Profile, type Ref, RemoteError, type Source, type SourceEvent, type Suggestion, type Target, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import type { Found, Pulled } from './far-side.ts';
import { type ScriptEvent, scriptOf } from './script.ts';

/** The network of the suite, as a plugin: what is said stands in the script, and when, the far side decides, which runs beside Earshot and counts. */
const settings = z.strictObject({
  url: z.url().describe('Where the far side listens'),
  reader: z.string(),
  mode: z.enum(['poll', 'stream']),
  seed: z.int(),
  channels: z.int(),
  posts: z.int(),
  disorder: z.int(),
  /** What leaves goes the way of every plugin. */
  guarded: z.boolean(),
  /** When the first post was written, in milliseconds. */
  since: z.int(),
});
export type NetworkSettings = z.output<typeof settings>;
type NetworkCtx = Ctx<NetworkSettings, unknown>;

const network = 'faults';
const cursor = z.strictObject({ at: z.int() });
type Cursor = z.output<typeof cursor>;

const refTo = (id: string): Ref => ({ network, id });
const profileOf = (id: string): Profile => ({ ref: refTo(id), handle: `@${id}`, refusals: [] });

/** Without `guarded` not by `ctx.fetch`, whose budgets are tried elsewhere: the far side is the suite itself. */
const ask = async (ctx: NetworkCtx, path: string, told?: object, guarded = false): Promise<unknown> => {
  let answer: Response;
  try {
    answer = await (guarded ? ctx.fetch : fetch)(new URL(path, ctx.settings.url), told === undefined ? {} : { method: 'POST', body: JSON.stringify(told) });
  } catch (cause) {
    throw new RemoteError('unreachable', 'The far side does not answer.', { cause });
  }
  if (!answer.ok) throw new RemoteError('unreachable', `The far side answers with ${answer.status}.`);
  return answer.json();
};

const eventOf = (event: ScriptEvent, since: number): SourceEvent => {
  const ref = refTo(event.id);
  if (event.what === 'gone') return { kind: 'post-gone', ref, why: 'deleted' };
  const { id, by, to, version, text } = event;
  return {
    kind: 'post', author: profileOf(by),
    post: {
      ref, version: String(version), url: `https://faults.example/${id}`, postedAt: new Date(since + Number(id.split('-')[1]) * 1_000), author: refTo(by), text, lang: 'en', audience: 'public',
      mentions: [], tags: [], media: [], refusals: [], ...(to === undefined ? {} : { inReplyTo: refTo(to) }),
    },
  };
};

async function* read(channel: OpenChannel<Cursor>, ctx: NetworkCtx): AsyncGenerator<Batch<Cursor>> {
  const number = Number(channel.key);
  const events = scriptOf(ctx.settings)[number] ?? [];
  for (let from = channel.cursor?.at; !ctx.abort.aborted; ) {
    const pulled = (await ask(ctx, '/pull', { reader: ctx.settings.reader, channel: number, from, pid: process.pid })) as Pulled;
    if ('lost' in pulled) throw new RemoteError('cursor-lost', 'The far side forgot where we were.', { readableFrom: new Date(pulled.lost) });
    const { begin, end, heardUntil } = pulled;
    if (channel.mode === 'poll' && end === begin) return void (yield { events: [], heardUntil: new Date(heardUntil) });
    yield { events: events.slice(begin, end).map((event) => eventOf(event, ctx.settings.since)), cursor: { at: end }, heardUntil: new Date(heardUntil) };
    from = end;
  }
}

const source: Source<NetworkCtx, Cursor> = {
  resolve: async () => [],
  plan: (targets) => targets.filter(({ kind }) => kind === 'feed').map((target) => ({ key: target.key, mode: modeOf(target), pulseMs: 1_000, targets: [target], retarget: 'reopen' })),
  read,
  async *fetch(want, ctx) {
    if ('profiles' in want) yield { events: want.profiles.flatMap(({ id }) => (id === undefined ? [] : [{ kind: 'profile' as const, profile: profileOf(id) }])) };
    if (!('target' in want)) return;
    // What was said while a cursor was lost: whole, or the far side has it no more.
    const missed = (await ask(ctx, '/missed', { reader: ctx.settings.reader, channel: Number(want.target.key), since: want.since, until: want.until })) as { readonly begin: number; readonly end: number };
    const events = scriptOf(ctx.settings)[Number(want.target.key)] ?? [];
    yield { events: asTheyAre(events, missed).map((event) => eventOf(event, ctx.settings.since)), heardUntil: want.until };
  },
};

/** What was said in a stretch, as a network tells it afterwards: each post once, as it is by now. */
const asTheyAre = (events: readonly ScriptEvent[], { begin, end }: { readonly begin: number; readonly end: number }): readonly ScriptEvent[] =>
  [...new Set(events.slice(begin, end).map(({ id }) => id))].flatMap((id) => events.findLast((event) => event.id === id) ?? []);

/** A plan knows no settings: the target says how it is read. */
const modeOf = ({ label }: Target): 'poll' | 'stream' => (label.startsWith('stream') ? 'stream' : 'poll');

const send = async (attempt: Attempt, ctx: NetworkCtx): Promise<Ref> => {
  try {
    const { id } = (await ask(ctx, '/replies', { key: attempt.key, to: attempt.to?.id, text: attempt.text, pid: process.pid }, ctx.settings.guarded)) as { readonly id: string };
    return refTo(id);
  } catch (cause) {
    throw new RemoteError('outcome-unknown', 'The connection broke while the reply was handed over.', { cause });
  }
};

/** As many as the far side says, one after another; it is told when the first is asked for and when the last was taken. */
async function* advise({ restated: need }: Need, ctx: NetworkCtx): AsyncGenerator<Suggestion> {
  const { books } = (await ask(ctx, '/advising', { need, pid: process.pid })) as { readonly books: number };
  for (let n = 1; n <= books; n++) {
    await ask(ctx, '/advising/pace', { need, pid: process.pid });
    yield { title: `Book ${n} for ${need}`, cite: new URL(`https://faults.example/books/${encodeURIComponent(need)}/${n}`), identifiers: [] };
  }
  await ask(ctx, '/advising/end', { need, pid: process.pid });
}

export default definePlugin({
  id: 'faults',
  version: '1',
  sdk: '^0.1.0',
  networks: [network],
  account: { settings, secrets: z.unknown(), identify: async () => profileOf('library') },
  cursor,
  source,
  advisor: { advise },
  responder: {
    abilities: async () => ({ reply: 'yes', length: { limit: 500, unit: 'grapheme' }, can: [] }),
    send,
    find: async ({ key }, ctx) => {
      const found = (await ask(ctx, '/find', { key, pid: process.pid })) as Found;
      return typeof found === 'string' ? found : refTo(found.id);
    },
  },
});
