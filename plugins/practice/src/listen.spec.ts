import { describe, expect, it } from '@jest/globals';
import { readSourceEvent, type Batch, type SourceEvent, type Target } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import { hear, open, scene, start, town, type Scene } from './in-town.fixture.js';
import { listen } from './listen.js';
import { ashford } from './load-town.js';
import type { Position } from './position.js';
import { scriptOf } from './script.js';
import { libraryId } from './town.schema.js';

const nameOf = (event: SourceEvent): string => {
  if (event.kind === 'post') return `post ${event.post.ref.id} ${event.post.version}`;
  if (event.kind === 'profile') return `profile ${event.profile.ref.id} ${event.profile.handle} ${event.profile.refusals.length}`;
  return 'ref' in event ? `${event.kind} ${event.ref.id}` : event.kind;
};
const namesOf = (batches: readonly Batch<Position>[]): readonly string[] => batches.flatMap(({ events }) => events.map(nameOf));

const caughtUp = (heard: readonly Batch<Position>[]): boolean => heard.at(-1)?.heardUntil !== undefined;

const wholePast = (at: Scene, cursor?: Position) => hear(listen(open(cursor), at.ctx, at.time), at, caughtUp);

describe('listening in town', () => {
  it('brings the past at once, in batches of at most 100, and says until when it has heard all', async () => {
    const at = scene({ passed: 'P30D' });
    const heard = await wholePast(at);
    expect(namesOf(heard)).toHaveLength(scriptOf(await ashford()).length);
    expect(heard.every(({ events }) => events.length <= 100)).toBe(true);
    expect(heard.slice(0, -1).every(({ heardUntil }) => heardUntil === undefined)).toBe(true);
    expect(heard.at(-1)?.heardUntil).toEqual(start);
  });

  it('gives only events that the contract takes, none dated in the future, no reply before its parent', async () => {
    const heard = await wholePast(scene({ passed: 'P8D', speed: 1000 }));
    const dated = new Map<string, Date>();
    for (const event of heard.flatMap(({ events }) => events)) {
      expect(readSourceEvent(event)).toEqual(event);
      if (event.kind === 'post') dated.set(event.post.ref.id ?? '', event.post.postedAt);
    }
    for (const event of heard.flatMap(({ events }) => events)) {
      if (event.kind !== 'post') continue;
      expect(event.post.postedAt.getTime()).toBeLessThanOrEqual(start.getTime());
      expect(event.post.postedAt.getTime()).toBeGreaterThanOrEqual(dated.get(event.post.inReplyTo?.id ?? '')?.getTime() ?? 0);
    }
  });

  it('tells a profile with the first post, and again when it has changed', async () => {
    const heard = await wholePast(scene({ passed: 'P30D' }));
    const profiles = heard.flatMap(({ events }) => events).flatMap((event) => (event.kind === 'post' && event.author !== undefined ? [event.author] : []));
    const kez = profiles.filter(({ ref }) => ref.id === 'kez-morgan').map(({ handle }) => handle);
    expect(kez[0]).toBe('@kezmakeszines');
    expect(new Set(kez).size).toBe(kez.length);
    expect(namesOf(heard)).toContain('profile kez-morgan @kezandthemoss 0');
    expect(namesOf(heard)).toContain('profile-gone marguerite-holt');
  });

  it('brings each thing when it is due, and a quiet batch well within every pulse', async () => {
    const at = scene({ passed: 'P0D', speed: 60 });
    const heard = await hear(listen(open(), at.ctx, at.time), at, () => at.time.now() - start.getTime() > 3 * 3_600_000);
    const until = heard.map(({ heardUntil }) => heardUntil?.getTime() ?? 0);
    until.slice(1).forEach((one, i) => expect(one - (until[i] ?? 0)).toBeLessThan(15_000));
    const firstWeek = [...(await ashford()).posts.values()].filter((post) => (post.arrives ?? post.at) < 7 * 86_400_000);
    expect(new Set(namesOf(heard).filter((name) => name.startsWith('post ')).map((name) => name.split(' ')[1])).size).toBeGreaterThan(firstWeek.length * 0.9);
  });

  it('goes on exactly from any cursor: the same things, each once, in the same order', async () => {
    const whole = namesOf(await wholePast(scene({ passed: 'P30D' })));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30 * 24 }), { minLength: 1, maxLength: 5 }), async (hours) => {
        const kept = new Map<string, unknown>();
        const time = scene({ passed: 'P0D' }).time;
        let cursor: Position | undefined;
        const heard: string[] = [];
        for (const batchAt of hours.sort((a, b) => a - b)) {
          const at = scene({ passed: 'P0D', speed: 1 }, kept, time);
          time.pass(Math.max(0, start.getTime() + batchAt * 3_600_000 - time.now()));
          const some = await hear(listen(open(cursor), at.ctx, time), at, (batches) => caughtUp(batches) || batches.length >= 1 + (batchAt % 3));
          heard.push(...namesOf(some));
          cursor = some.at(-1)?.cursor;
        }
        time.pass(60 * 86_400_000);
        const rest = await wholePast(scene({ passed: 'P0D', speed: 1 }, kept, time), cursor);
        expect([...heard, ...namesOf(rest)]).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('hears only what the targets ask for, and obeys them when they change', async () => {
    const profile: Target = { kind: 'profile', key: 'priya-nair', label: 'Priya' };
    const first = Promise.withResolvers<void>();
    async function* changes(): AsyncGenerator<readonly Target[]> {
      await first.promise;
      yield [profile];
    }
    const at = scene({ passed: 'P30D' });
    const heard = await hear(listen(open(undefined, [town], changes()), at.ctx, at.time), at, (batches) => {
      first.resolve();
      return caughtUp(batches);
    });
    expect(heard).toHaveLength(2);
    const later = heard.slice(1).flatMap(({ events }) => events);
    const toUs = new Set([...(await ashford()).posts.values()].filter(({ by }) => by === libraryId).map(({ id }) => id));
    const others = later.flatMap((event) => {
      if (event.kind !== 'post') return [];
      const { author, mentions, inReplyTo } = event.post;
      return author?.id === libraryId || mentions.some(({ id }) => id === libraryId) || toUs.has(inReplyTo?.id ?? '') ? [] : [author?.id];
    });
    expect(new Set(others)).toEqual(new Set(['priya-nair']));
  });

  it('ends at once on abort', async () => {
    const at = scene({ passed: 'P0D' });
    at.stop.abort();
    expect(await hear(listen(open(), at.ctx, at.time), at, () => true)).toEqual([]);
  });
});
