import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { BlindNetwork, withBlindStream } from './with-blind-stream.js';

const minute = 60_000;
let bed: TestBed;
let network: BlindNetwork;
let listening: ListeningProcess;
let account: string;
let by: string;
let accounts = 0;

beforeAll(async () => {
  bed = await TestBed.open();
});
afterAll(() => bed.close());

beforeEach(async () => {
  network = new BlindNetwork();
  listening = await ListeningProcess.start(bed, [withBlindStream(network)]);
  // Hours pass below, and coverage never runs ahead of the database's clock.
  listening.clock.advance(-2 * 24 * 60 * minute);
  listening.host.intake.passOnTo = listening.listening;
  await bed.scene.query(`update account set removed_at = now() where removed_at is null`);
  account = await bed.scene.account(bed.library, { plugin: 'with-blind-stream' });
  by = `paper-${++accounts}`;
  await follow(by);
  await bed.scene.query(`update follow_history set state = 'done'`);
  await open();
  // What is written of its health in the background locks the account, which a look would pass over.
  while ((await bed.health(account)).health !== 'well') await listening.host.calm();
  // By now the channel claims to have heard for two hours.
  await pass(120 * minute);
});
afterEach(() => listening.host.runner.stop());

const follow = async (key: string): Promise<void> => {
  await bed.scene.follow(bed.library, await bed.scene.list(bed.library), account, { network: 'fixture', key, added_at: ago(0) });
  await listening.host.planner.replan(account);
};
const open = async (): Promise<void> => {
  listening.host.runner.start();
  listening.clock.advance(0);
  await listening.host.sign('taken');
};
/** Time goes on, and the stream gives a sign of life in it. */
const pass = async (ms: number): Promise<void> => {
  listening.clock.advance(ms);
  network.flow();
  await listening.host.sign('taken');
};
const ago = (ms: number): Date => new Date(listening.clock.now() - ms);
let posts = 0;
const say = (before: number, told: object = {}): string => {
  const id = `post-${++posts}`;
  network.say(id, by, ago(before), told);
  return id;
};
/** A look. Where it waits a minute to be sure, that passes, after what happens meanwhile. */
const look = async (meanwhile: () => Promise<void> = async () => {}): Promise<void> => {
  const { promise: waits, resolve } = Promise.withResolvers<'waits'>();
  const { clock } = listening;
  const after = clock.after.bind(clock);
  clock.after = (ms, then) => {
    if (ms === minute) resolve('waits');
    return after(ms, then);
  };
  const looked = listening.canary.lookAtDue(new AbortController().signal);
  if ((await Promise.race([waits, looked])) === 'waits') {
    await meanwhile();
    clock.advance(minute);
  }
  await looked;
  clock.after = after;
};
const gaps = () => bed.scene.query<{ state: string; why: string; minutes: number }>(
  `select g.state, g.why, round(extract(epoch from g.gap_to - g.gap_from) / 60)::int as minutes from coverage_gap g join channel c on c.id = g.channel_id where c.account_id = $1 order by g.gap_to`, [account]);
const stored = async (id: string): Promise<boolean> => (await bed.scene.query('select 1 from post where remote_id = $1 and known', [id])).length === 1;
const blind = async (): Promise<boolean> => (await bed.scene.query<{ blind: boolean }>('select blind_since is not null as blind from channel where account_id = $1', [account]))[0]?.blind === true;

describe('a stream that is open and brings nothing', () => {
  it('is found blind by a direct look: health says so, the stretch is a gap and filled, and it is opened again and told why', async () => {
    network.sees = false;
    const [older, newer] = [say(90 * minute), say(30 * minute)];
    await pass(1);
    await look();
    expect(await bed.health(account)).toEqual({ health: 'troubled', health_words: '1 of 1 channel is blind: open, and not bringing what direct looks find.' });
    expect(await gaps()).toEqual([{ state: 'open', why: 'The stream was open and did not bring what was said: a direct look found it.', minutes: expect.any(Number) }]);
    expect((await gaps())[0]?.minutes).toBeGreaterThan(119);
    expect(await stored(newer)).toBe(true);

    expect(listening.jobs.waiting.map(({ kind }) => kind.name)).toContain('listening.back-fill');
    await bed.scene.query('update coverage_gap set try_at = $1', [ago(0)]);
    await listening.backFill.fillAll(new AbortController().signal);
    expect(await gaps()).toMatchObject([{ state: 'closed' }]);
    expect(await stored(older)).toBe(true);

    await listening.host.runner.beat();
    await listening.host.sign('ended');
    await listening.host.runner.look();
    await listening.host.sign('taken');
    expect(network.openings).toEqual([false, true]);
  });

  it('sees again once a look finds what it brought', async () => {
    network.sees = false;
    say(30 * minute);
    await look();
    expect(await blind()).toBe(true);
    await listening.host.runner.beat();
    await listening.host.sign('ended');
    await listening.host.runner.look();
    await listening.host.sign('taken');

    network.sees = true;
    await pass(20 * minute);
    say(10 * minute);
    await pass(1);
    await look();
    expect(await blind()).toBe(false);
    expect(await bed.health(account)).toEqual({ health: 'well', health_words: null });
  });
});

describe('a stream that brings what is said', () => {
  it('is left alone, and it is remembered until when it did', async () => {
    say(30 * minute);
    await pass(1);
    await look();
    expect({ blind: await blind(), gaps: await gaps(), asked: network.asked }).toEqual({ blind: false, gaps: [], asked: [by] });
    expect(await bed.scene.query('select 1 from channel where account_id = $1 and proven_until is not null', [account])).toHaveLength(1);
  });
  it('is not blamed for what is being stored while it is looked at', async () => {
    const late = say(30 * minute);
    await look(async () => {
      await pass(1);
    });
    expect({ stored: await stored(late), blind: await blind() }).toEqual({ stored: true, blind: false });
  });
  it.each([
    ['may still be on its way', 2 * minute, {}],
    ['answers others', 30 * minute, { inReplyTo: { network: 'fixture', id: 'elsewhere' } }],
    ['is not for everybody', 30 * minute, { audience: 'unlisted' }],
    ['its author does not want kept', 30 * minute, { refusals: [{ purpose: 'keep', sign: '#nobot' }] }],
  ])('is not blamed for what %s', async (_, before, told) => {
    network.sees = false;
    say(before, told);
    await pass(1);
    await look();
    expect({ blind: await blind(), gaps: await gaps() }).toEqual({ blind: false, gaps: [] });
  });
  it('is not blamed for what somebody said before they were followed', async () => {
    network.sees = false;
    say(30 * minute);
    await bed.scene.query(`update follow set added_at = $2 where account_id = $1`, [account, ago(20 * minute)]);
    await look();
    expect(await blind()).toBe(false);
  });
});

describe('looks', () => {
  it('are four an hour and account at most, and go round among those who post', async () => {
    const before = by;
    await follow('silent');
    await pass(1);
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await look();
      await pass(5 * minute);
    }
    expect(network.asked).toHaveLength(4);
    expect(new Set(network.asked)).toEqual(new Set([before, 'silent']));
  });
});
