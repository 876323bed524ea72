import { RemoteError, type Suggestion, definePlugin, remoteErrorKinds } from '@earshot/plugin-sdk';
import { z } from 'zod';

const never = new Promise<never>(() => {});
const book = (n: number): Suggestion => ({ title: `Book ${n}`, cite: new URL(`https://flood.example/${n}`), identifiers: [] });

/** Advises in the bad ways that its settings name; a kind of RemoteError throws that. */
export const withBrokenAdvisor = definePlugin({
  id: 'with-broken-advisor', version: '1', sdk: '^0.1.0', networks: [],
  account: {
    settings: z.strictObject({ manner: z.enum(['throws', 'hangs', 'floods', 'garbage', 'no-iterable', 'one-then-hangs', 'never-settles', ...remoteErrorKinds]) }),
    secrets: z.strictObject({}),
    identify: async () => undefined,
  },
  advisor: {
    advise(_need, { settings: { manner } }): AsyncIterable<Suggestion> {
      if (manner === 'no-iterable') return [] as never;
      // Neither the next nor the end: the host has to leave it where it is.
      if (manner === 'never-settles') return { [Symbol.asyncIterator]: () => ({ next: () => never, return: () => never }) };
      return (async function* () {
        if (manner === 'throws') throw new TypeError('oops');
        if (manner === 'hangs') await never;
        if (manner === 'garbage') yield { ...book(1), cite: 'javascript:alert(1)' as never };
        if (manner === 'floods') for (let n = 1; n <= 10_000; n++) yield book(n);
        if (manner !== 'one-then-hangs') throw new RemoteError(manner as 'auth', `The catalogue says ${manner}.`);
        yield book(1);
        await never;
      })();
    },
    async *enrich() {
      throw new TypeError('oops');
    },
    check: async (found, { settings: { manner } }) => {
      if (manner === 'throws') throw new TypeError('oops');
      if (manner === 'hangs') return never;
      return manner === 'garbage' ? found.toReversed() : found.slice(1);
    },
    refresh: async ({ settings: { manner }, index, now }) => {
      if (manner === 'hangs') return never;
      await index.replace((async function* () {
        yield { id: '1', fields: { title: 'Half' }, suggestion: book(1) };
        if (manner === 'throws') throw new TypeError('oops');
        if (manner === 'unreachable') throw new RemoteError('unreachable', 'The catalogue is away.');
        if (manner === 'garbage') yield { id: '', fields: {}, suggestion: book(2) };
      })());
      return manner === 'floods' ? ('soon' as never) : { again: now() };
    },
    actions: {
      Buy: async (_need, _key, { settings: { manner } }) => {
        if (manner === 'hangs') return never;
        if (manner === 'garbage') return 'bought' as never;
        if (manner === 'rejected') throw new RemoteError('rejected', 'The budget is spent.');
        throw new TypeError('oops');
      },
    },
  },
});
