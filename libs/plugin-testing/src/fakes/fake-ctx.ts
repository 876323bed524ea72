import { isDeepStrictEqual } from 'node:util';
import { RemoteError, type Ctx } from '@earshot/plugin-sdk';
import { fakeClock, type FakeClock } from './fake-clock.js';

/** What a {@link fakeCtx} starts from. */
export interface FakeCtxOptions<S, K> {
  readonly settings: S;
  readonly secrets: K;
  /** Default: every call rejects, as nothing is scripted. See {@link scriptedFetch}. */
  readonly fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Default: every call rejects with `unreachable`. */
  readonly connect?: (url: string, protocols?: readonly string[]) => Promise<WebSocket>;
  readonly clock?: FakeClock;
}

/** One line that a plugin logged. */
export interface Logged {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly facts?: object;
}

/** A {@link Ctx} with the strings by which a test pulls it. */
export interface FakeCtx<S, K> extends Ctx<S, K> {
  readonly clock: FakeClock;
  readonly logged: readonly Logged[];
  /** The calls of `progress`, in order. */
  readonly progressed: readonly (readonly [done: number, of?: number])[];
  /** What the store holds. */
  readonly stored: ReadonlyMap<string, unknown>;
  /** The secrets as they are kept, whoever wrote them. */
  keptSecrets(): K;
  /** Another process replaces the secrets: the plugin's next `replace` fails unless it reads again. */
  replaceSecretsElsewhere(next: K): void;
  /** Fires `ctx.abort`; calls of `fetch` that are under way reject. */
  stop(): void;
}

const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

const fakeSecrets = <K>(first: K): Pick<FakeCtx<unknown, K>, 'secrets' | 'keptSecrets' | 'replaceSecretsElsewhere'> => {
  let kept = first;
  let lastRead = first;
  return {
    secrets: {
      read: () => (lastRead = kept),
      replace: async (next) => {
        if (!isDeepStrictEqual(lastRead, kept)) throw new Error('The secrets were replaced by another process: read them again.');
        kept = next;
        lastRead = next;
      },
    },
    keptSecrets: () => kept,
    replaceSecretsElsewhere: (next) => {
      kept = next;
    },
  };
};

const fakeStore = (stored: Map<string, unknown>): Ctx<unknown, unknown>['store'] => ({
  get: async (key) => structuredClone(stored.get(key)),
  set: async (key, value) => {
    if (value === undefined) stored.delete(key);
    else stored.set(key, JSON.parse(JSON.stringify(value)) as unknown);
  },
});

/**
 * What the host lends to a plugin, without a host: secrets with compare-and-swap, a store that keeps JSON, a log that is kept, a clock
 * that stands still. No network but what is handed in.
 *
 * @example
 * ```ts
 * const ctx = fakeCtx({ settings: {}, secrets: {}, fetch: scriptedFetch({ fixtures }) });
 * ```
 */
export const fakeCtx = <S, K>(options: FakeCtxOptions<S, K>): FakeCtx<S, K> => {
  const clock = options.clock ?? fakeClock();
  const controller = new AbortController();
  const logged: Logged[] = [];
  const progressed: [number, number?][] = [];
  const stored = new Map<string, unknown>();
  const log = (level: Logged['level']) => (message: string, facts?: object) => {
    logged.push({ level, message, ...(facts === undefined ? {} : { facts }) });
  };
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (!options.fetch) throw new Error(`Nothing is scripted for ${input instanceof Request ? input.url : String(input)}`);
    return Promise.race([options.fetch(input, init), rejectOn(controller.signal)]);
  };
  const connect = async (url: string, protocols?: readonly string[]): Promise<WebSocket> => {
    if (!options.connect) throw new RemoteError('unreachable', `Nothing answers at ${url}.`);
    return options.connect(url, protocols);
  };
  return {
    settings: options.settings,
    ...fakeSecrets(options.secrets),
    fetch,
    connect,
    store: fakeStore(stored),
    log: { info: log('info'), warn: log('warn') },
    progress: (done, of) => void progressed.push(of === undefined ? [done] : [done, of]),
    now: () => new Date(clock.now()),
    abort: controller.signal,
    clock,
    logged,
    progressed,
    stored,
    stop: () => controller.abort(new Error('The host stops this.')),
  };
};
