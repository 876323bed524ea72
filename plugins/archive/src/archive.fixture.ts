import type { Batch, OpenChannel, SourceEvent } from '@earshot/plugin-sdk';
import type { ArchiveCursor } from './cursor.js';
import { readArchive } from './read-archive.js';
import type { ArchiveCtx } from './settings.js';

export const publicly = 'https://www.w3.org/ns/activitystreams#Public';

export const noteOf = (n: number, more: object = {}): object => ({
  id: `https://alder.example/notes/${n}`,
  type: 'Note',
  attributedTo: 'https://alder.example/users/ann',
  published: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
  content: `<p>Note ${n}, said with “quotes”, a \\ backslash and a ] bracket.</p>`,
  to: [publicly],
  ...more,
});

export const createOf = (n: number, more: object = {}): object => ({ id: `https://alder.example/notes/${n}#create`, type: 'Create', actor: 'https://alder.example/users/ann', to: [publicly], object: noteOf(n, more) });

export interface Scene {
  readonly ctx: ArchiveCtx;
  readonly stop: AbortController;
  readonly progress: (readonly [number, number | undefined])[];
  readonly logged: object[];
}

export const scene = (path: string): Scene => {
  const stop = new AbortController();
  const progress: [number, number | undefined][] = [];
  const logged: object[] = [];
  const unused = (): never => {
    throw new Error('a file needs no network');
  };
  const ctx: ArchiveCtx = {
    settings: { path },
    secrets: { read: () => ({}), replace: unused },
    fetch: unused,
    connect: unused,
    store: { get: unused, set: unused },
    log: { info: (_message, facts) => void logged.push(facts ?? {}), warn: unused },
    progress: (done, of) => void progress.push([done, of]),
    now: () => new Date('2100-01-01T00:00:00Z'),
    abort: stop.signal,
  };
  return { ctx, stop, progress, logged };
};

export const channel = (key: string, cursor?: ArchiveCursor): OpenChannel<ArchiveCursor> => ({
  key, mode: 'poll', pulseMs: 3_600_000, retarget: 'reopen', targets: [{ kind: 'feed', key, label: key }], changes: (async function* () {})(), ...(cursor === undefined ? {} : { cursor }),
});

/** Reads to the end, or until `most` batches; what was read stays in `heard` when it fails. */
export const read = async (at: Scene, path: string, cursor?: ArchiveCursor, most = Infinity): Promise<{ readonly batches: readonly Batch<ArchiveCursor>[]; readonly events: readonly SourceEvent[]; readonly error?: unknown }> => {
  const batches: Batch<ArchiveCursor>[] = [];
  const done = (error?: unknown) => ({ batches, events: batches.flatMap(({ events }) => events), ...(error === undefined ? {} : { error }) });
  try {
    for await (const batch of readArchive(channel(path, cursor), at.ctx)) {
      batches.push(batch);
      if (batches.length >= most) break;
    }
    return done();
  } catch (error) {
    return done(error);
  }
};

export const idsOf = (events: readonly SourceEvent[]): readonly string[] => events.map((event) => (event.kind === 'post' ? (event.post.ref.id ?? '') : event.kind));
