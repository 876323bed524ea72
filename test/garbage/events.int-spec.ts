import { type SourceEvent, definePlugin, readSourceEvent } from '@earshot/plugin-sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { post, silent } from '../plugins/events.js';
import { TestBed } from '../plugins/host-under-test.js';
import { ListeningProcess } from '../plugins/listening-process.js';
import { type EventField, eventFields, valuesFor, withValueAt } from './event-garbage.js';
import { seed } from './seed.js';

const author = { network: 'fixture', id: 'fixture' };

/** A batch for each place in an event: that place filled with one evil after the other, between two posts that are good. */
const batchOf = (field: EventField, at: number, values: readonly unknown[]): readonly unknown[] => {
  // Each event is of a post or profile of its own, unless it is its name that is garbage.
  const own = (event: SourceEvent, n: number): unknown => {
    const id = `${field.name} ${n}`;
    if ('post' in event) return withValueAt(event, ['post', 'ref', 'id'], id);
    if ('profile' in event) return withValueAt(event, ['profile', 'ref', 'id'], id);
    return 'ref' in event ? withValueAt(event, ['ref', 'id'], id) : event;
  };
  return [post(`good ${at} first`, { author }), ...values.map((value, n) => withValueAt(own(field.good, n), field.path, value)), post(`good ${at} last`, { author })];
};

describe('garbage in every field of every event', () => {
  let bed: TestBed;
  let process: ListeningProcess;
  let account: string;
  const fields = eventFields();
  const batches = fields.map((field, at) => batchOf(field, at, valuesFor(seed)));

  const withGarbageEverywhere = definePlugin({
    id: 'with-garbage-everywhere', version: '1', sdk: '^0.1.0', networks: ['fixture'], cursor: z.object({ at: z.number() }),
    source: {
      ...silent,
      plan: (targets) => [{ key: 'all', mode: 'poll', pulseMs: 60_000, targets, retarget: 'reopen' }],
      async *read({ cursor }) {
        for (let at = cursor?.at ?? 0; at < batches.length; at++) yield { events: batches[at] as readonly SourceEvent[], cursor: { at: at + 1 } };
      },
    },
  });

  beforeAll(async () => {
    bed = await TestBed.open();
    account = await bed.scene.account(bed.library, { plugin: 'with-garbage-everywhere' });
    const list = await bed.scene.list(bed.library);
    await bed.scene.follow(bed.library, list, account, { network: 'fixture', key: 'fixture' });
    await bed.scene.follow(bed.library, list, account, { kind: 'hashtag', network: 'fixture', key: 'fixture' });
    process = await ListeningProcess.start(bed, [withGarbageEverywhere]);
    process.host.intake.passOnTo = process.listening;
  });
  afterAll(() => bed.close());

  it('is stored safely or becomes a dead letter, and the good beside it is heard', async () => {
    await process.host.turn();
    const channel = await bed.channel(account, 'all');
    const at = (channel.cursor as { at: number } | null)?.at ?? 0;
    expect({ stoppedAt: fields[at]?.name, state: channel.state, words: channel.state_words, warnings: process.host.warnings.slice(0, 3) }).toEqual({ stoppedAt: undefined, state: 'waiting', words: null, warnings: [] });
    const [heard] = await bed.scene.query<{ good: number }>(`select count(*)::int as good from post where remote_id like 'good %' and known`);
    expect(heard?.good).toBe(2 * fields.length);
    const unreadable = batches.flat().filter((event) => readSourceEvent(event).kind === 'unreadable').length;
    const [letters] = await bed.scene.query<{ times: number }>(`select sum(times)::int as times from channel_count where outcome = 'unreadable'`);
    expect(letters?.times).toBe(unreadable);
    expect(await bed.scene.query(`select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)).toEqual([]);
  }, 120_000);
});
