import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type AttachedImage, type Attempt, RemoteError, type RemoteErrorKind } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../../test/plugins/fake-clock.js';
import { type RepliesAtHand, outboxStore, replyDesk } from '../../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { AttachmentsRepository } from '../../attachments/index.js';
import { Database, newId } from '../../database/index.js';
import { redactAround } from '../../privacy/forgetting/redact.js';
import type { Actor } from '../../staff/index.js';
import { Courier } from '../courier.js';
import { type DueReply, OutboxRepository } from '../outbox.repository.js';
import type { Delivery, Outgoing } from '../outgoing.js';
import type { ReplyRow } from '../reply.row.js';
import { type Sender, Senders } from '../senders.js';

const taking: Abilities = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, media: { mostImages: 4, mediaTypes: ['image/png'], mostBytes: 1_000, alt: { limit: 100, unit: 'grapheme' } }, can: [] };
const ours = { network: 'practice', id: 'ours' };

/** A network that takes images before the post that shows them, and remembers in which order it was asked. */
class Town extends Senders {
  abilities = taking;
  takes: (image: AttachedImage) => Promise<string> = async ({ alt }) => `taken: ${alt}`;
  sends: () => Promise<typeof ours> = async () => ours;
  readonly asked: string[] = [];
  readonly sent: Attempt[] = [];
  readonly sought: Attempt[] = [];

  async forAccount(): Promise<Sender> {
    return {
      abilities: async () => this.abilities,
      upload: async (image) => {
        this.asked.push(`upload ${image.alt}`);
        return this.takes(image);
      },
      send: async (attempt) => {
        this.asked.push('send');
        this.sent.push(attempt);
        return this.sends();
      },
      find: async (attempt) => {
        this.asked.push('find');
        this.sought.push(attempt);
        return 'absent';
      },
    };
  }
}

let [database, scene]: [Database, Scene] = [] as never;
let [ashford, account, ada]: [SceneLibrary, string, Actor] = [] as never;
let [town, desk, clock]: [Town, RepliesAtHand, FakeClock] = [] as never;
let [outbox, courier]: [OutboxRepository, Courier] = [] as never;
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 2, listener: 1 } });
  ashford = await scene.library({ name: 'Ashford' });
  account = await scene.account(ashford);
  ada = { id: await scene.person(ashford), kind: 'person' };
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  await scene.query('delete from reply');
  [town, clock] = [new Town(), new FakeClock(new Date())];
  desk = replyDesk(database, town, { undoMs: 0 });
  [outbox, courier] = [outboxStore(database), new Courier(town, clock, log)];
});

const ok = (result: ReplyRow | { readonly code: string; readonly message: string }): ReplyRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const uploaded = async (alt = ''): Promise<string> => {
  const [id, bytes] = [newId(), Buffer.from(`the picture ${newId()}`)];
  await scene.query(`insert into attachment(id, library_id, media_type, width, height, size, hash, bytes, alt, uploaded_by) values ($1, $2, 'image/png', 3, 2, $3, sha256($4), $4, $5, $6)`, [id, ashford.id, bytes.length, bytes, alt, ada.id]);
  return id;
};
const drafted = async (...alts: readonly string[]): Promise<{ readonly reply: ReplyRow; readonly images: readonly string[]; readonly post: string }> => {
  const heard = await scene.heard(ashford);
  let reply = ok(await desk.draft(ada, { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text: `On the shelf ${newId()}`, lang: 'en' }));
  const images: string[] = [];
  for (const alternativeText of alts) {
    images.push(await uploaded());
    reply = ok(await desk.attach(ada, reply.id, { attachmentId: images.at(-1) ?? '', alternativeText }));
  }
  return { reply, images, post: heard.post };
};
const approved = async (...alts: readonly string[]) => {
  const { reply, ...more } = await drafted(...alts);
  return { ...more, reply: ok(await desk.approve(ada, reply.id, reply.version)) };
};

const lease = (): { readonly now: Date; readonly until: Date } => ({ now: new Date(clock.now()), until: new Date(clock.now() + 300_000) });
const due = ({ id }: { readonly id: string }): DueReply => ({ replyId: id, accountId: account, actorId: ashford.system });
const take = async (reply: { readonly id: string }): Promise<Outgoing> => {
  clock.advance(60_000);
  const outgoing = await outbox.take(due(reply), lease());
  if (outgoing === undefined) throw new Error('it was not due');
  return outgoing;
};
const deliver = async (outgoing: Outgoing): Promise<Delivery> => {
  const delivery = await courier.deliver(outgoing, async () => ((await outbox.hold(ashford.system, outgoing, lease())) ? new Date(clock.now()) : undefined));
  if (delivery === undefined) throw new Error('its lease was lost');
  await outbox.settle(ashford.system, outgoing, delivery, new Date(clock.now()));
  return delivery;
};
const send = async (reply: { readonly id: string }): Promise<Delivery> => deliver(await take(reply));
const stored = async (id: string): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [id]))[0] ?? {};
const attached = (id: string): Promise<{ id: string; alt: string; gone: boolean }[]> => scene.query('select id, alt, bytes is null as gone from attachment where reply_id = $1 order by place', [id]);

describe('an approval', () => {
  const tries: readonly (readonly [what: string, sql: string])[] = [
    ['another alternative text', `update attachment set alt = 'Something else' where id = $1`],
    ['another order', `update attachment set place = 1 - place where reply_id = (select reply_id from attachment where id = $1)`],
    ['one less', `delete from attachment where id = $1`],
    ['one that goes elsewhere', `update attachment set reply_id = null, place = null where id = $1`],
    ['one more', `insert into attachment(id, library_id, reply_id, place, media_type, width, height, size, hash, bytes, uploaded_by) select gen_random_uuid(), library_id, reply_id, 2, media_type, width, height, size, hash, bytes, uploaded_by from attachment where id = $1`],
  ];

  it.each(tries)('is of what is attached: the database itself refuses %s', async (_what, sql) => {
    const { reply, images } = await approved('One', 'Two');
    const before = await attached(reply.id);
    await expect(database.as(ada.id, (tx) => tx.query(sql, [images[0]]))).rejects.toThrow('no_send_without_what_is_attached');
    expect(await attached(reply.id)).toEqual(before);
    expect(await stored(reply.id)).toMatchObject({ state: 'approved' });
  });

  it.each(tries)('that was given to a draft does not hold for it any more after %s', async (_what, sql) => {
    const { reply, images } = await drafted('One', 'Two');
    const [before] = await scene.query<{ attached: string }>('select attached from reply where id = $1', [reply.id]);
    await database.as(ada.id, (tx) => tx.query(sql, [images[0]]));
    await expect(database.as(ada.id, (tx) =>
      tx.query(`update reply set state = 'approved', approved_by = $2, approved_kind = 'person', approved_text = text, approved_attached = $3 where id = $1`, [reply.id, ada.id, before?.attached]))).rejects.toThrow('no_send_without_what_is_attached');
  });

  it('is of a picture that nobody changes, and of a digest that nobody writes', async () => {
    const { reply, images } = await approved('One');
    for (const sql of [`update attachment set bytes = 'x' where id = $1`, `update attachment set hash = sha256('x') where id = $1`, `update reply set attached = '' where id = (select reply_id from attachment where id = $1)`])
      await expect(database.as(ada.id, (tx) => tx.query(sql, [images[0]]))).rejects.toThrow('permission denied');
    expect(await stored(reply.id)).toMatchObject({ state: 'approved' });
  });

  it('that is void is so for what is attached as well', async () => {
    const { reply } = await approved('One');
    expect((await stored(reply.id))['approved_attached']).toMatch(/^[0-9a-f]{64}$/);
    await desk.takeBack(ada, reply.id);
    expect(await stored(reply.id)).toMatchObject({ state: 'draft', approved_attached: '' });
  });
});

describe('what is sent', () => {
  it('is handed to the network first, in order, with its alternative texts; what was sent stays known, without its pictures', async () => {
    const { reply, images } = await approved('One', 'Two');
    const pictures = await scene.query<{ bytes: Buffer }>('select bytes from attachment where reply_id = $1 order by place', [reply.id]);
    expect(await send(reply)).toEqual({ kind: 'sent', ref: ours });
    expect(town.asked).toEqual(['upload One', 'upload Two', 'send']);
    expect(town.sent[0]?.media).toEqual([
      { bytes: pictures[0]?.bytes, mediaType: 'image/png', width: 3, height: 2, alt: 'One', uploaded: 'taken: One' }, { bytes: pictures[1]?.bytes, mediaType: 'image/png', width: 3, height: 2, alt: 'Two', uploaded: 'taken: Two' },
    ]);
    expect(await stored(reply.id)).toMatchObject({ state: 'sent' });
    expect(await attached(reply.id)).toEqual([{ id: images[0], alt: 'One', gone: true }, { id: images[1], alt: 'Two', gone: true }]);
    expect((await scene.query<{ hash: Buffer }>('select hash from attachment where id = $1', [images[0]]))[0]?.hash).toEqual(createHash('sha256').update(pictures[0]?.bytes ?? '').digest());
  });

  const failing = (kind: RemoteErrorKind | 'fault'): (() => Promise<never>) => async () => { throw kind === 'fault' ? new TypeError('a bug') : new RemoteError(kind, `the network said: ${kind}`, kind === 'rate-limited' ? { retryAfter: new Date(clock.now() + 600_000) } : {}); };

  it.each<[RemoteErrorKind | 'fault', object]>([
    ['unreachable', { state: 'approved', failure_kind: 'unreachable', tries: 1 }], ['auth', { state: 'approved', failure_kind: 'auth', tries: 1 }], ['fault', { state: 'approved', failure_kind: 'fault', tries: 1 }],
    ['rate-limited', { state: 'approved', failure_kind: 'rate-limited', tries: 0 }], ['rejected', { state: 'failed', failure_words: 'the network said: rejected' }],
  ])('has not left where an image was not taken (%s): nobody looks for it, and nobody has to', async (kind, left) => {
    const { reply } = await approved('One');
    town.takes = failing(kind);
    await send(reply);
    expect(town.asked).toEqual(['upload One']);
    expect(await stored(reply.id)).toMatchObject({ ...left, last_tried_at: null });
    expect(await attached(reply.id)).toMatchObject([{ alt: 'One', gone: false }]);
  });

  it('is handed over anew with every try, and looked for with all that belongs to it', async () => {
    const { reply } = await approved('One');
    town.sends = failing('outcome-unknown');
    await send(reply);
    expect(town.asked).toEqual(['upload One', 'send', 'find']);
    expect(town.sought[0]?.media).toMatchObject([{ alt: 'One' }]);
    town.sends = async () => ours;
    expect(await send(reply)).toMatchObject({ kind: 'sent' });
    expect(town.asked.slice(3)).toEqual(['upload One', 'send']);
  });

  it('is looked for by whoever comes after a process that was killed when it had handed over the images', async () => {
    const { reply } = await approved('One');
    await take(reply);
    clock.advance(300_000);
    expect(await send(reply)).toMatchObject({ kind: 'again', why: 'absent' });
    expect(town.asked).toEqual(['find']);
    expect(town.sought[0]?.media).toMatchObject([{ alt: 'One', bytes: expect.any(Buffer) }]);
  });

  it('stays here where the network takes no images any more', async () => {
    const { reply } = await approved('One');
    town.abilities = { reply: 'yes', length: taking.length, can: [] };
    expect(await send(reply)).toMatchObject({ kind: 'failed', why: 'not-allowed', words: expect.stringContaining('images') });
    expect(town.asked).toEqual([]);
  });

  it('is another message with another image, so that no network takes it for the one before', async () => {
    const { reply, images } = await approved('One');
    town.sends = failing('rejected');
    await send(reply);
    const failed = await stored(reply.id);
    expect(failed).toMatchObject({ state: 'failed' });
    ok(await desk.describe(ada, reply.id, { attachmentId: images[0] ?? '', alternativeText: 'Another' }));
    const changed = await stored(reply.id);
    expect(changed).toMatchObject({ state: 'draft', first_tried_at: null, written_by: ada.id });
    expect(changed['key']).not.toEqual(failed['key']);
  });

  it('and is proven so late, has the images that went out; what somebody attached since is a draft of its own', async () => {
    const { reply } = await approved('One');
    const outgoing = await take(reply);
    // Another process took it from this one, and its network knew nothing of it.
    await scene.query(`update reply set state = 'draft', approved_by = null, approved_kind = null, approved_text = null, lease_until = null, version = version + 1 where id = $1`, [reply.id]);
    const [image] = await attached(reply.id);
    ok(await desk.describe(ada, reply.id, { attachmentId: image?.id ?? '', alternativeText: 'Another' }));
    const again = ok(await desk.attach(ada, reply.id, { attachmentId: await uploaded(), alternativeText: 'And one more' }));
    ok(await desk.approve(ada, reply.id, again.version));
    expect(await outbox.settle(ashford.system, outgoing, { kind: 'sent', ref: ours }, new Date(clock.now()))).toBe('late');
    expect(await stored(reply.id)).toMatchObject({ state: 'sent' });
    expect(await attached(reply.id)).toMatchObject([{ alt: 'One', gone: true }]);
    const [copy] = await scene.query<{ id: string }>(`select id from reply where state = 'draft' and conversation_id = $1`, [reply.conversationId]);
    expect(await attached(copy?.id ?? '')).toMatchObject([{ alt: 'Another', gone: false }, { alt: 'And one more', gone: false }]);
  });

  it('after it was withdrawn, by whoever was late, has its images all the same', async () => {
    const { reply } = await approved('One');
    const outgoing = await take(reply);
    await scene.query(`update reply set state = 'withdrawn', approved_by = null, approved_kind = null, approved_text = null, version = version + 1 where id = $1`, [reply.id]);
    expect(await attached(reply.id)).toEqual([]);
    expect(await outbox.settle(ashford.system, outgoing, { kind: 'sent', ref: ours }, new Date(clock.now()))).toBe('late');
    expect(await attached(reply.id)).toMatchObject([{ alt: 'One', gone: true }]);
    expect(await scene.query('select id from reply where conversation_id = $1', [reply.conversationId])).toHaveLength(1);
  });
});

describe('what is kept', () => {
  it('is nothing of what was withdrawn, nor of a conversation that was let go', async () => {
    const { reply } = await drafted('One');
    ok(await desk.withdraw(ada, reply.id));
    expect(await attached(reply.id)).toEqual([]);
    const { reply: other, images } = await approved('One');
    await scene.query('delete from conversation where id = $1', [other.conversationId]);
    expect(await scene.query('select id from attachment where id = $1', [images[0]])).toEqual([]);
  });

  it('is nothing that was uploaded a day ago and attached to nothing, by whoever was interrupted', async () => {
    const [young, old] = [await uploaded(), await uploaded()];
    const { images } = await drafted('One');
    await scene.query(`update attachment set uploaded_at = now() - interval '25 hours' where id in ($1, $2)`, [old, images[0]]);
    await database.keeping((tx) => new AttachmentsRepository().sweep(tx));
    expect((await scene.query('select id from attachment where id = any($1)', [[young, old, images[0]]])).map((row) => row['id']).sort()).toEqual([young, images[0]].sort());
  });

  it('is no word in an alternative text that somebody took back: what is out stays out, and an approval is void', async () => {
    const redact = (text: string): string => text.replace('Mia', '[…]');
    const { reply: out, post } = await approved("Mia's wall");
    await send(out);
    const { reply: waiting, post: other } = await approved("Mia's door");
    await database.keeping((tx) => redactAround(tx, { posts: [post, other] }, redact));
    expect(await attached(out.id)).toMatchObject([{ alt: "[…]'s wall" }]);
    expect(await stored(out.id)).toMatchObject({ state: 'sent' });
    expect(await attached(waiting.id)).toMatchObject([{ alt: "[…]'s door" }]);
    expect(await stored(waiting.id)).toMatchObject({ state: 'draft' });
  });
});
