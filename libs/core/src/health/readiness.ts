import type { DatabaseProbe } from './database-probe.js';

/** Work that goes round and round while a role of this process is at work. */
export interface Loop {
  /** To follow "has not turned": "listening". */
  readonly name: string;
  /** How long ago it last turned, in milliseconds. */
  quietMs(): number;
}

export interface Ready {
  readonly ready: boolean;
  /** Why not, in words for whoever administers the machine: no names, no addresses, nothing that anybody wrote. */
  readonly reasons: readonly string[];
  /** What does not keep it from being ready. */
  readonly remarks: readonly string[];
}

/** Loops turn every second or two; one that waits for a network within its turn is not stuck yet. */
const quietTooLongMs = 120_000;

/**
 * Whether this process can do what its roles are for.
 *
 * `starting` ─ started ─▶ `running` ─ stopping ─▶ `stopping`. Ready only while running: then the database is asked, and the loops of its roles.
 */
export class Readiness {
  private phase: 'starting' | 'running' | 'stopping' = 'starting';
  private readonly loops: Loop[] = [];

  constructor(private readonly probe: Pick<DatabaseProbe, 'look'>) {}

  /** A loop that runs from now on: of a role of this process. */
  watch(loop: Loop): void {
    this.loops.push(loop);
  }

  started(): void {
    if (this.phase === 'starting') this.phase = 'running';
  }

  stopping(): void {
    this.phase = 'stopping';
  }

  async look(): Promise<Ready> {
    if (this.phase !== 'running') return not(`Earshot is ${this.phase}.`);
    const { wrong, newer } = await this.probe.look();
    // What waited for the database may have stopped meanwhile.
    if (this.isStopping()) return not('Earshot is stopping.');
    if (wrong !== undefined) return not(wrong);
    const stuck = this.loops.map(({ name, quietMs }) => ({ name, quietMs: quietMs() })).filter(({ quietMs }) => quietMs > quietTooLongMs);
    const remarks = newer === true ? ['A newer Earshot has migrated the database: start this process anew with it.'] : [];
    return { ready: stuck.length === 0, reasons: stuck.map(({ name, quietMs }) => `The loop of ${name} has not turned for ${Math.round(quietMs / 1_000)} s.`), remarks };
  }

  private isStopping(): boolean {
    return this.phase === 'stopping';
  }
}

const not = (reason: string): Ready => ({ ready: false, reasons: [reason], remarks: [] });
