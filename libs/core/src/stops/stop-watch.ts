import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/index.js';
import { type StopKind, stopKinds } from './stop.row.js';

/** How long what is under way may go on after somebody stopped it. */
const lookMs = 1_000;

interface Watched {
  readonly libraryId: string;
  readonly what: StopKind;
  readonly controller: AbortController;
}

/**
 * Ends what is under way for a library once somebody stops it: in every process, within a second or so. Whoever takes work asks the database itself
 * (`stopped` in SQL), in the transaction that takes it.
 *
 * It asks the database each second while anything is watched. Told by NOTIFY it would have to ask all the same, for what was told while the connection was away.
 */
@Injectable()
export class StopWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look().catch(() => {}), lookMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Aborted with `abort`, and once this is stopped for the library. What is stopped already is so within a second. */
  during(libraryId: string, what: StopKind, abort: AbortSignal): AbortSignal {
    const key = `${libraryId} ${what}`;
    const known = this.watched.get(key) ?? { libraryId, what, controller: new AbortController() };
    this.watched.set(key, known);
    return AbortSignal.any([abort, known.controller.signal]);
  }

  /** Looks without waiting for the next second. Where the database is away, what runs goes on. */
  async look(): Promise<void> {
    if (this.looking || this.watched.size === 0) return;
    this.looking = true;
    try {
      const stopped = await this.stopped();
      for (const [key, { libraryId, what, controller }] of this.watched) {
        if (!stopped[what].has(libraryId)) continue;
        this.watched.delete(key);
        controller.abort(new Error('somebody stopped it'));
      }
    } finally {
      this.looking = false;
    }
  }

  private async stopped(): Promise<Readonly<Record<StopKind, ReadonlySet<string>>>> {
    const rows = await this.database.listening((tx) => tx.query<{ id: string; what: StopKind }>(`select stopped_libraries(k.what) as id, k.what from unnest($1::text[]) k(what)`, [stopKinds]));
    const of = (wanted: StopKind): ReadonlySet<string> => new Set(rows.filter(({ what }) => what === wanted).map(({ id }) => id));
    return { listening: of('listening'), sending: of('sending'), all: of('all') };
  }
}
