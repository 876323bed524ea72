import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Database, newId } from '@earshot/core/database';
import { Authors, HearingRulesService, ListeningService } from '@earshot/core/listening';
import { ChannelStore } from '@earshot/core/plugins';
import { Suppression } from '@earshot/core/privacy';
import { Classifiers, Judge, type NamedClassifier } from '@earshot/core/understanding';
import cues from '@earshot/plugin-cues';
import { type Batch, systemClock } from '@earshot/plugin-sdk';
import type { Client } from 'pg';
import { JobsAtHand } from '../support/jobs-at-hand.ts';
import type { Figure } from './figure.ts';
import { seeded } from '../support/seeded.ts';
import { buildScene, median, posts } from './scene.ts';

const batchSize = 200;
const runs = 3;

class NoAuthors extends Authors {
  fetch(): Promise<[]> {
    return Promise.resolve([]);
  }
}
class OnlyCues extends Classifiers {
  private readonly classifiers: readonly NamedClassifier[];
  constructor(classifiers: readonly NamedClassifier[]) {
    super();
    this.classifiers = classifiers;
  }
  list(): readonly NamedClassifier[] {
    return this.classifiers;
  }
}

/** The whole pipeline, with the quick classifiers, and nobody to ask for authors. */
export const pipeline = async (database: Database): Promise<ListeningService> => {
  const classifiers = await Promise.all(Object.entries(cues.classifiers ?? {}).map(async ([name, load]) => ({ id: `cues/${name}`, classifier: await load() })));
  return new ListeningService(database, new HearingRulesService(database, systemClock), new Suppression('bench'), new NoAuthors(), new OnlyCues(classifiers), {
    clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs: new JobsAtHand(), classifierFailed: (_, error) => { throw error; },
  });
};

export const chunks = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

/** Kept posts a second, from batches to committed posts, threads, findings and conversations, beside a bare batched insert. */
export const benchListening = async (database: Database, owner: Client, count = 10_000): Promise<Figure> => {
  const scene = await buildScene(owner, 500);
  const listening = await pipeline(database);
  const bare = readFileSync(new URL('./bare-insert.sql', import.meta.url), 'utf8');
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    const random = seeded(run + 1);
    const events = posts(random, count, (n) => scene.followed[n % scene.followed.length] as string, `listen-${run}-${newId()}`);
    const thread = newId();
    await owner.query('insert into thread(id) values ($1)', [thread]);
    const started = performance.now();
    for (const batch of chunks(events, batchSize)) await listening.takeFetched({ accountId: scene.account, libraryId: scene.library, plugin: 'bench' }, { events: batch } as Batch<never>);
    ours.push((count / (performance.now() - started)) * 1_000);
    const again = performance.now();
    for (const batch of chunks(events, batchSize)) {
      const rows = batch.flatMap((event) => (event.kind === 'post' ? [{ id: newId(), remote_id: event.post.ref.id, url: event.post.url, posted_at: event.post.postedAt, text: event.post.text }] : []));
      await owner.query(bare, [JSON.stringify(rows), thread]);
    }
    theirs.push((count / (performance.now() - again)) * 1_000);
  }
  return { name: 'listening', unit: 'kept posts/s', value: median(ours), reference: median(theirs), ratio: median(ours.map((each, run) => each / (theirs[run] as number))), note: `batches of ${batchSize}; reference: bare batched insert of the same posts with its indexes` };
};

/** Events a second through the whole way, of which one in 200 matches one of 10,000 followed profiles; beside the same with one followed profile. */
export const benchStoredScreening = async (database: Database, owner: Client, count = 60_000): Promise<Figure> => {
  const figures: number[] = [];
  const small: number[] = [];
  for (const [followed, into] of [[10_000, figures], [1, small]] as const) {
    const scene = await buildScene(owner, followed);
    const listening = await pipeline(database);
    for (let run = 0; run < runs; run++) {
      const random = seeded(run + 7);
      const events = posts(random, count, (n) => (n % 200 === 0 ? (scene.followed[n % scene.followed.length] as string) : `stranger-${Math.floor(random() * 100_000)}`), `screen-${followed}-${run}-${newId()}`);
      await listening.takeFetched({ accountId: scene.account, libraryId: scene.library, plugin: 'bench' }, { events: [] } as Batch<never>);
      const started = performance.now();
      for (const batch of chunks(events, 500)) await listening.takeFetched({ accountId: scene.account, libraryId: scene.library, plugin: 'bench' }, { events: batch } as Batch<never>);
      into.push((count / (performance.now() - started)) * 1_000);
    }
    await owner.query('update follow set removed_at = now() where library_id = $1', [scene.library]);
  }
  return { name: 'screening-stored', unit: 'events/s', value: median(figures), reference: median(small), ratio: median(figures.map((each, run) => each / (small[run] as number))), note: 'through the database: 10,000 followed profiles, 1 event in 200 matches and is stored; reference: 1 followed profile' };
};
