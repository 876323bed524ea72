import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, type Channel, type Ctx, type OpenChannel, type SourceEvent, type Target, type Want, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { network, personOf, saidIn } from './said.ts';

const settings = z.strictObject({
  name: z.string(),
  /** Posts; 0: as fast as they are taken. */
  perSecond: z.number().min(0),
  /** How much of the first one is over at the start: else many towns would all speak at the same moment. */
  begun: z.number().min(0).max(1),
});
const secrets = z.strictObject({});
const cursor = z.strictObject({ said: z.int() });
type BenchCtx = Ctx<z.output<typeof settings>, z.output<typeof secrets>>;
type Cursor = z.output<typeof cursor>;

const batchSize = 200;
const pulseMs = 15_000;

const peopleOf = (targets: readonly Target[]): readonly string[] => targets.filter(({ kind }) => kind === 'profile').map(({ key }) => key);

/** One stream of all that is followed. */
const plan = (targets: readonly Target[]): readonly Channel[] => (targets.length === 0 ? [] : [{ key: 'all', mode: 'stream', pulseMs, targets, retarget: 'reopen' }]);

/** Says so many a second since it was opened, each when it is due; the cursor counts them. */
async function* read({ targets, cursor: from }: OpenChannel<Cursor>, ctx: BenchCtx): AsyncGenerator<Batch<Cursor>> {
  const { name, perSecond, begun } = ctx.settings;
  const people = peopleOf(targets);
  const [began, before] = [Date.now(), from?.said ?? 0];
  for (let said = before; !ctx.abort.aborted; ) {
    const due = perSecond === 0 ? said + batchSize : before + Math.floor(((Date.now() - began) / 1_000) * perSecond + begun);
    const events = Array.from({ length: Math.min(batchSize, due - said) }, (_, n) => saidIn(name, said + n, people, ctx.now()));
    said += events.length;
    yield { events, cursor: { said }, heardUntil: ctx.now() };
    const wait = perSecond === 0 ? 0 : Math.min(pulseMs / 3, Math.max(20, 1_000 / perSecond));
    if (wait > 0) await sleep(wait, undefined, { signal: ctx.abort }).catch(() => undefined);
  }
}

/** Everybody is there and refuses nothing, and no answers came; more is not known of what was said. */
async function* answer(want: Want): AsyncGenerator<Batch<never>> {
  const events: SourceEvent[] = [];
  if ('profiles' in want) events.push(...want.profiles.map(({ id }): SourceEvent => ({ kind: 'profile', profile: personOf(id ?? 'nobody') })));
  if ('counts' in want) events.push(...want.counts.map((ref): SourceEvent => ({ kind: 'counts', ref, replies: 0 })));
  yield { events };
}

/** A network inside the process: people who speak at a given rate, and who take every reply. */
export default definePlugin({
  id: 'bench', version: '1', sdk: '^0.1.0', networks: [network], cursor,
  account: { settings, secrets, identify: async ({ settings: { name } }: BenchCtx) => personOf(`library-${name}`) },
  source: { resolve: async () => [], plan, read, fetch: answer },
  responder: {
    abilities: async () => ({ reply: 'yes', length: { limit: 500, unit: 'grapheme' }, can: [] }),
    // The host's name for it is when it was sent: for whoever measures that.
    send: async ({ key, part }) => ({ network, id: `sent/${key}/${part}`, local: { host: 'bench.example', id: String(Date.now()) } }),
    find: async ({ key, part }) => ({ network, id: `sent/${key}/${part}` }),
  },
});
