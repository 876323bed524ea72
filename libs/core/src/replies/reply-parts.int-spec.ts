import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type Attempt, type Ref, RemoteError } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { checksWith } from '../../../../test/support/reply-checks.js';
import { type RepliesAtHand, outboxStore, replyDesk } from '../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, SteadyClient, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { StopAdministration } from '../stops/index.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';
import { ReplyPolicies } from './policy/reply-policies.js';
import { usualPolicy } from './policy/reply-policy.row.js';
import type { ReplyError } from './reply-error.js';
import type { ReplyRow } from './reply.row.js';
import { type Sender, Senders, SentPosts } from './senders.js';

/** Takes what it gets, and calls it by its text; but for what a test says of a text. */
class Town extends Senders {
  abilities: Abilities = { reply: 'yes', length: { limit: 60, unit: 'grapheme' }, can: ['edit', 'remove'] };
  readonly asked: unknown[] = [];
  readonly sent: Attempt[] = [];
  readonly sought: Attempt[] = [];
  readonly trouble = new Map<string, Error>();
  finds: 'absent' | 'cannot-tell' = 'cannot-tell';
  onSend: () => Promise<void> = async () => {};

  async forAccount(): Promise<Sender> {
    return {
      abilities: async (to) => {
        this.asked.push(to?.id);
        return this.abilities;
      },
      send: async (attempt) => {
        this.sent.push(attempt);
        await this.onSend();
        const trouble = this.trouble.get(attempt.text);
        if (trouble !== undefined) throw trouble;
        return nameOf(attempt.text);
      },
      find: async (attempt) => {
        this.sought.push(attempt);
        return this.finds;
      },
      change: async () => {},
    };
  }
}
const nameOf = (text: string): Ref => ({ network: 'practice', id: `ours: ${text}`, local: { host: 'town.example', id: text } });

class Noted extends SentPosts {
  readonly under: unknown[] = [];
  async noteSent(ref: Ref, under: unknown): Promise<void> {
    this.under.push([ref.id, under]);
  }
}

let database: Database;
let scene: Scene;
let owner: SteadyClient;
let ashford: SceneLibrary;
let [ada, bea, observer, program]: [Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [town, noted, checks, replies, clock, outbox]: [Town, Noted, ReplyChecks, RepliesAtHand, FakeClock, Outbox] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  owner = new SteadyClient(test.owner);
  await owner.connect();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 4, listener: 1 } });
  ashford = await scene.library({ name: 'Ashford' });
  const person = async (role?: 'observer'): Promise<Actor> => ({ id: await scene.person(ashford, role), kind: 'person' });
  [ada, bea, observer] = [await person(), await person(), await person('observer')];
  program = { id: await scene.person(ashford), kind: 'token', scopes: ['read', 'draft'] };
});
beforeEach(async () => {
  await scene.query('delete from reply');
  [town, noted, clock] = [new Town(), new Noted(), new FakeClock(new Date())];
  [account, heard] = [await scene.account(ashford), await scene.heard(ashford)];
  checks = checksWith(database, town);
  replies = replyDesk(database, town, { checks, now: async () => new Date(clock.now()), undoMs: 0 });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const alarm = { start: () => {}, stop: async () => {} };
  outbox = new Outbox({ replies: outboxStore(database), courier: new Courier(town, clock, log), sentPosts: noted, alarm, sentMark: { note: async () => {} }, now: async () => new Date(clock.now()), clock, log });
});
afterEach(() => outbox.stop());
afterAll(async () => {
  await owner.end();
  await scene.close();
  await database.close();
});

const row = (result: ReplyRow | ReplyError): ReplyRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const draft = async (text = 'One.'): Promise<ReplyRow> =>
  row(await replies.draft(ada, { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text, lang: 'en' }));
/** An answer in parts, as a draft of Ada's: the first part of it. */
const inParts = async (...further: readonly string[]): Promise<ReplyRow> => row(await replies.setParts(ada, (await draft()).id, further));
const approve = async (first: ReplyRow, by = ada): Promise<ReplyRow> => row(await replies.approve(by, first.id, (await now(first)).version));
const now = async ({ id }: Pick<ReplyRow, 'id'>): Promise<{ readonly version: number; readonly state: string }> => (await scene.query<{ version: number; state: string }>('select version, state from reply where id = $1', [id]))[0] as never;
/** What each part of the conversation's answers says, and its state, in order. */
const parts = async (): Promise<string[]> =>
  (await scene.query<{ text: string; state: string }>('select text, state from reply where conversation_id = $1 order by coalesce(whole_id, id), part', [heard.conversation])).map(({ text, state }) => `${text} ${state}`);
const partOf = async (text: string): Promise<string> => (await scene.query<{ id: string }>('select id from reply where conversation_id = $1 and text = $2', [heard.conversation, text]))[0]?.id ?? '';
const timeline = async (): Promise<string[]> => (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [heard.conversation])).map(({ kind }) => kind);
/** All that is due by now is settled, and placed. */
const work = async (): Promise<void> => {
  outbox.start();
  outbox.wake();
  await outbox.idle();
};
const wanting = (secondPerson: readonly 'always'[]) => scene.person(ashford, 'administrator').then((id) =>
  new ReplyPolicies(database, new Permissions(), new Audit()).set({ id, kind: 'person' }, { libraryId: ashford.id, policy: { ...usualPolicy, secondPerson: [...secondPerson], signature: null } }));

describe('what follows the first part of an answer', () => {
  it('is proposed where the words are too long for one', async () => {
    const text = 'We have the whole of it upstairs, in the reading room. Ask at the desk by the door, until six.';
    const result = await replies.draft(ada, { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text, lang: 'en' });
    expect(result).toMatchObject({ code: 'REPLY_TOO_LONG', parts: ['We have the whole of it upstairs, in the reading room.', 'Ask at the desk by the door, until six.'] });
  });

  it('is written in one go, and written anew in the same places', async () => {
    const first = await inParts('Two.', 'Three.');
    expect(await parts()).toEqual(['One. draft', 'Two. draft', 'Three. draft']);
    const two = await partOf('Two.');
    await replies.setParts(ada, first.id, ['Zwei.']);
    expect([await parts(), await partOf('Zwei.')]).toEqual([['One. draft', 'Zwei. draft', 'Three. withdrawn'], two]);
    await replies.setParts(ada, first.id, ['Zwei.', 'Drei.', 'Vier.']);
    expect(await parts()).toEqual(['One. draft', 'Zwei. draft', 'Three. withdrawn', 'Drei. draft', 'Vier. draft']);
    expect(await timeline()).toEqual(['drafted']);
  });

  it('has nine parts at most, none of them empty, and none too long', async () => {
    const { id } = await draft();
    await expect(replies.setParts(ada, id, Array<string>(10).fill('More.'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(replies.setParts(ada, id, ['Two.', ' '])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await replies.setParts(ada, id, ['Two.', 'x'.repeat(61)])).toMatchObject({ code: 'REPLY_TOO_LONG', length: 61 });
    expect(await parts()).toEqual(['One. draft']);
  });

  it('is nothing that an observer says, and nothing that is said at a further part', async () => {
    const first = await inParts('Two.');
    await expect(replies.setParts(observer, first.id, ['Three.'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await replies.setParts(ada, await partOf('Two.'), ['Three.'])).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    expect(row(await replies.setParts(program, first.id, ['Zwei.'])).state).toBe('draft');
    expect(await parts()).toEqual(['One. draft', 'Zwei. draft']);
  });
});

describe('the parts of one answer', () => {
  it('leave one behind the other, each as an answer to the one before it, and stand so in the thread', async () => {
    await approve(await inParts('Two.', 'Three.'));
    expect(await parts()).toEqual(['One. approved', 'Two. approved', 'Three. approved']);
    await work();
    expect(await parts()).toEqual(['One. sent', 'Two. sent', 'Three. sent']);
    const [one, two, three] = town.sent;
    expect(town.sent.map(({ text, part }) => [text, part])).toEqual([['One.', 0], ['Two.', 1], ['Three.', 2]]);
    expect([two?.to, three?.to]).toEqual([nameOf('One.'), nameOf('Two.')]);
    expect([two?.root, three?.root]).toEqual([one?.root, one?.root]);
    expect(new Set(town.sent.map(({ key }) => key)).size).toBe(3);
    // A network may show a part that left a moment ago to nobody yet: whether it may be answered is asked of what the whole answers.
    expect(new Set(town.asked)).toEqual(new Set([one?.to?.id]));
    expect(noted.under[0]).toEqual(['ours: One.', { postId: heard.post }]);
  });

  it('stand under the part before them, where that is heard', async () => {
    await approve(await inParts('Two.'));
    const post = await scene.post(heard.thread, { remote_id: 'ours: One.', parent_id: heard.post });
    await work();
    expect(noted.under).toContainEqual(['ours: Two.', { postId: post }]);
  });

  it('begin a thread of their own where they answer nobody', async () => {
    const first = row(await replies.draftPost(ada, { libraryId: ashford.id, accountId: account, text: 'One.', lang: 'en' }));
    await replies.setParts(ada, first.id, ['Two.', 'Three.']);
    await approve(first);
    await work();
    expect(town.sent.map(({ to, root }) => [to, root])).toEqual([[undefined, undefined], [nameOf('One.'), nameOf('One.')], [nameOf('Two.'), nameOf('One.')]]);
  });

  it('are approved together, by somebody who read all of them as they are', async () => {
    const first = await inParts('Two.');
    await replies.edit(bea, await partOf('Two.'), { text: 'Zwei.' });
    expect(await replies.approve(ada, first.id, first.version)).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    expect(await replies.approve(ada, await partOf('Zwei.'), 2)).toMatchObject({ code: 'WRONG_REPLY_STATE', message: expect.stringContaining('goes with the part before it') });
    expect((await approve(first)).state).toBe('approved');
    expect(await scene.query(`select distinct approved_by, approved_text = text as same from reply where conversation_id = $1`, [heard.conversation])).toEqual([{ approved_by: ada.id, same: true }]);
    expect(await timeline()).toEqual(['drafted', 'claimed', 'approved']);
  });

  it('are blocked by what one of them says, which is named', async () => {
    const first = await inParts('Two.', 'Ask {{colleague}}.');
    expect(await replies.approve(ada, first.id, first.version)).toMatchObject({ code: 'REPLY_BLOCKED', partId: await partOf('Ask {{colleague}}.'), checks: [{ code: 'PLACEHOLDERS_LEFT' }] });
    expect(await parts()).toEqual(['One. draft', 'Two. draft', 'Ask {{colleague}}. draft']);
  });

  it('have each its own images, which are approved with all of it', async () => {
    town.abilities = { ...town.abilities, media: { mostImages: 4, mediaTypes: ['image/png'], mostBytes: 1_000_000, alt: town.abilities.length } };
    const first = await inParts('Two.');
    const [id, two, bytes] = [newId(), await partOf('Two.'), Buffer.from('a picture of the shelf')];
    await scene.query(`insert into attachment(id, library_id, media_type, width, height, size, hash, bytes, uploaded_by) values ($1, $2, 'image/png', 3, 2, $3, sha256($4), $4, $5)`, [id, ashford.id, bytes.length, bytes, ada.id]);
    row(await replies.attach(ada, two, { attachmentId: id }));
    const before = (await now(first)).version;
    expect(await replies.approve(ada, first.id, before)).toMatchObject({ code: 'REPLY_BLOCKED', partId: two, checks: [{ code: 'ALTERNATIVE_TEXT_MISSING' }] });
    row(await replies.describe(ada, two, { attachmentId: id, alternativeText: 'A shelf by a window' }));
    expect(await replies.approve(ada, first.id, before)).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    await approve(first);
    await work();
    expect(town.sent.map(({ text, media }) => [text, media.map(({ alt }) => alt)])).toEqual([['One.', []], ['Two.', ['A shelf by a window']]]);
  });

  it('are reviewed together, and whoever wrote one of them does not approve where a second person is wanted', async () => {
    await wanting(['always']);
    const first = await inParts('Two.');
    await replies.edit(bea, await partOf('Two.'), { text: 'Zwei.' });
    await replies.submit(ada, first.id);
    expect(await parts()).toEqual(['One. in_review', 'Zwei. in_review']);
    for (const one of [ada, bea]) expect(await replies.approve(one, first.id, (await now(first)).version)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_SECOND_PERSON' }] });
    expect((await approve(first, { id: await scene.person(ashford), kind: 'person' })).state).toBe('approved');
    await wanting([]);
  });

  it.each([
    ['edited at the first', (first: string) => replies.edit(ada, first, { text: 'Eins.' }), ['Eins. draft', 'Two. draft', 'Three. draft']],
    ['edited at another', (_: string, two: string) => replies.edit(ada, two, { text: 'Zwei.' }), ['One. draft', 'Zwei. draft', 'Three. draft']],
    ['taken back', (first: string) => replies.takeBack(ada, first), ['One. draft', 'Two. draft', 'Three. draft']],
    ['withdrawn at the first', (first: string) => replies.withdraw(ada, first), ['One. withdrawn', 'Two. withdrawn', 'Three. withdrawn']],
    ['shortened by another', (_: string, two: string) => replies.withdraw(ada, two), ['One. draft', 'Two. withdrawn', 'Three. draft']],
    ['given other parts', (first: string) => replies.setParts(ada, first, ['Two.']), ['One. draft', 'Two. draft', 'Three. withdrawn']],
  ])('are not approved any more once they are %s', async (_, act, left) => {
    const first = await inParts('Two.', 'Three.');
    await approve(first);
    row(await act(first.id, await partOf('Two.')));
    expect(await parts()).toEqual(left);
    await work();
    expect(town.sent).toEqual([]);
    expect(await scene.query(`select id from reply where conversation_id = $1 and state <> 'withdrawn' and (approved_text is not null or due_at is not null)`, [heard.conversation])).toEqual([]);
  });

  it('leave in one piece also where one in between was withdrawn before', async () => {
    const first = await inParts('Two.', 'Three.');
    row(await replies.withdraw(ada, await partOf('Two.')));
    await approve(first);
    await work();
    expect(town.sent.map(({ text, part, to }) => [text, part, to?.id])).toEqual([['One.', 0, expect.any(String)], ['Three.', 1, 'ours: One.']]);
  });

  it('stop where one is refused, until somebody has mended that one', async () => {
    const first = await inParts('Two.', 'Three.');
    town.trouble.set('Two.', new RemoteError('rejected', 'We do not take that word.'));
    await approve(first);
    await work();
    expect(await parts()).toEqual(['One. sent', 'Two. failed', 'Three. approved']);
    const two = await partOf('Two.');
    row(await replies.edit(ada, two, { text: 'Zwei.' }));
    expect(await parts()).toEqual(['One. sent', 'Zwei. draft', 'Three. draft']);
    row(await replies.approve(ada, two, (await now({ id: two })).version));
    expect(await parts()).toEqual(['One. sent', 'Zwei. approved', 'Three. approved']);
    await work();
    expect([await parts(), town.sent.at(-1)?.to]).toEqual([['One. sent', 'Zwei. sent', 'Three. sent'], nameOf('Zwei.')]);
  });

  it('wait behind one of which nobody knows whether it arrived, for what a person says', async () => {
    town.trouble.set('One.', new RemoteError('outcome-unknown', 'The line broke.'));
    const first = await inParts('Two.');
    await approve(first);
    await work();
    expect(await parts()).toEqual(['One. unknown', 'Two. approved']);
    row(await replies.decide(ada, first.id, true));
    await work();
    // What the network calls the first, nobody told.
    expect([await parts(), town.sent.at(-1)]).toEqual([['One. sent', 'Two. sent'], expect.objectContaining({ text: 'Two.', to: town.sent[0]?.to })]);
  });

  it('are drafts together where it never arrived', async () => {
    town.trouble.set('One.', new RemoteError('outcome-unknown', 'The line broke.'));
    const first = await inParts('Two.');
    await approve(first);
    await work();
    row(await replies.decide(ada, first.id, false));
    expect(await parts()).toEqual(['One. draft', 'Two. draft']);
  });

  it('are drafts as far as they have not left, once somebody stops sending, and go on from there', async () => {
    const first = await inParts('Two.', 'Three.');
    const stops = new StopAdministration(owner);
    town.onSend = async () => {
      town.onSend = async () => {};
      await stops.stop('everywhere', { what: 'sending', why: 'a wrong word', by: 'the night desk' });
    };
    await approve(first);
    await work();
    expect(await parts()).toEqual(['One. sent', 'Two. draft', 'Three. draft']);
    await stops.resume('everywhere');
    const two = await partOf('Two.');
    row(await replies.approve(ada, two, (await now({ id: two })).version));
    await work();
    expect([await parts(), town.sent[1]?.to]).toEqual([['One. sent', 'Two. sent', 'Three. sent'], nameOf('One.')]);
  });

  it('are nobody’s to send once whoever approved them is gone', async () => {
    const first = await inParts('Two.');
    await replies.approve(bea, first.id, first.version, { at: new Date(clock.now() + 3_600_000) });
    await scene.query(`select * from void_approvals(array(select id from reply where approved_by = $1 and state = 'approved'), 'in_review', 'approver-left', null)`, [bea.id]);
    expect(await parts()).toEqual(['One. in_review', 'Two. in_review']);
    expect((await approve(first)).state).toBe('approved');
    expect(await parts()).toEqual(['One. approved', 'Two. approved']);
  });

  it('leave once whatever happens to the process in between', async () => {
    await approve(await inParts('Two.', 'Three.'));
    let died = false;
    town.onSend = async () => {
      if (died || town.sent.length !== 2) return;
      died = true;
      // Killed as the network had it: nobody writes down what came of it.
      await scene.query(`update reply set version = version + 1, lease_until = now() - interval '1 minute' where state = 'sending'`);
      throw new RemoteError('outcome-unknown', 'The line broke.');
    };
    town.finds = 'absent';
    await work();
    clock.advance(600_000);
    await work();
    expect(await parts()).toEqual(['One. sent', 'Two. sent', 'Three. sent']);
    expect(town.sought.map(({ text, part }) => [text, part])).toContainEqual(['Two.', 1]);
    expect(town.sent.at(-1)).toMatchObject({ text: 'Three.', to: nameOf('Two.') });
  });

  it('are written by hand together', async () => {
    town.abilities = { ...town.abilities, reply: 'by-hand' };
    const first = await inParts('Two.');
    expect(await parts()).toEqual(['One. draft', 'Two. draft']);
    row(await replies.writtenByHand(ada, first.id, { version: (await now(first)).version, url: 'https://town.example/1' }));
    expect(await parts()).toEqual(['One. sent', 'Two. sent']);
  });

  it('make way together, and count as one answer for a colleague', async () => {
    const theirs = await inParts('Two.');
    await approve(theirs);
    const mine = row(await replies.draft(bea, { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text: 'Mine.', lang: 'en' }));
    expect((await checks.of(bea, mine.id)).filter(({ code }) => code === 'COLLEAGUE_SENDS')).toHaveLength(1);
    row(await replies.approve(bea, mine.id, mine.version, { insteadOf: [theirs.id] }));
    expect(await parts()).toEqual(['One. withdrawn', 'Two. withdrawn', 'Mine. approved']);
  });

  it('are no second answer to somebody who was not asked', async () => {
    const first = await inParts('Two.');
    town.trouble.set('Two.', new RemoteError('rejected', 'No.'));
    await approve(first);
    await work();
    const two = await partOf('Two.');
    expect((await checks.of(ada, two)).map(({ code }) => code)).not.toEqual(expect.arrayContaining(['UNASKED_LATELY']));
    expect((await checks.of(ada, two)).map(({ code }) => code)).not.toEqual(expect.arrayContaining(['COLLEAGUE_SENDS']));
  });

  it('can each be changed once they are out', async () => {
    await approve(await inParts('Two.', 'Three.'));
    await work();
    const two = await partOf('Two.');
    row(await replies.amend(ada, two, { version: (await now({ id: two })).version, text: 'Zwei.' }));
    const three = await partOf('Three.');
    row(await replies.remove(ada, three, (await now({ id: three })).version));
    expect(await parts()).toEqual(['One. sent', 'Zwei. sent', 'Three. withdrawn']);
  });

  it('are edited by two at the same moment without a knot', async () => {
    const first = await inParts('Two.', 'Three.');
    const [two, three] = [await partOf('Two.'), await partOf('Three.')];
    await Promise.all(Array.from({ length: 4 }, (_, i) => [replies.edit(ada, first.id, { text: `One ${i}.` }), replies.edit(bea, two, { text: `Two ${i}.` }), replies.edit(ada, three, { text: `Three ${i}.` })]).flat());
    expect((await parts()).map((part) => part.replace(/ \d/u, ''))).toEqual(['One. draft', 'Two. draft', 'Three. draft']);
  });
});
