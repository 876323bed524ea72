import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Abilities } from '@earshot/plugin-sdk';
import { Global, Module } from '@nestjs/common';
import sharp from 'sharp';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { LinksAtHand } from '../../../../../test/support/reply-checks.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { ConversationsModule, LookAgain } from '../../conversations/index.js';
import { newId } from '../../database/index.js';
import { FollowChanges, TargetResolver } from '../../follows/index.js';
import { Jobs } from '../../jobs/index.js';
import { Suppression } from '../../privacy/consent/index.js';
import { SignIn, newSecretText } from '../../staff/index.js';
import { Classifiers } from '../../understanding/index.js';
import { Links } from '../links.js';
import { RepliesModule } from '../replies.module.js';
import { type Sender, Senders, SentPosts } from '../senders.js';

type Headers = Readonly<Record<string, string>>;

const taking: Abilities = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, media: { mostImages: 2, mediaTypes: ['image/jpeg'], mostBytes: 900_000, alt: { limit: 20, unit: 'grapheme' } }, can: [] };
let abilities = taking;

class Town extends Senders {
  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('no outbox runs here'));
    return { abilities: async () => abilities, send: refuse, find: refuse };
  }
}
class Nobody extends LookAgain {
  async atThread(): Promise<void> {}
}

@Global()
@Module({
  providers: [
    { provide: Senders, useClass: Town }, { provide: SentPosts, useValue: {} }, { provide: Links, useClass: LinksAtHand }, { provide: LookAgain, useClass: Nobody }, { provide: Suppression, useValue: new Suppression('test key') },
    { provide: TargetResolver, useValue: {} }, { provide: Jobs, useClass: JobsAtHand }, { provide: FollowChanges, useValue: {} }, { provide: Classifiers, useValue: { list: () => [] } },
  ],
  exports: [Senders, SentPosts, Links, LookAgain, Suppression, TargetResolver, FollowChanges, Jobs, Classifiers],
})
class Host {}

let [api, scene]: [ApiApp, Scene] = [] as never;
let [ashford, millbrook]: [SceneLibrary, SceneLibrary] = [] as never;
let [ada, bea, observer, neighbour, program, reader]: [Headers, Headers, Headers, Headers, Headers, Headers] = [] as never;
let [account, ids]: [string, Record<'ada', string>] = [] as never;
let [photograph, drawing]: [Buffer, Buffer] = [] as never;

const sessionOf = async (id: string): Promise<Headers> => ({ cookie: `earshot=${(await api.app.get(SignIn).openSession(id)).secret}`, 'x-earshot': '1' });
const tokenOf = async (scopes: string): Promise<Headers> => {
  const [secret, id] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [id]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, $4, $5, now() + interval '1 hour')`, [id, ashford.id, secret.hash, scopes, ids.ada]);
  await scene.role(id, ashford, 'librarian');
  return { authorization: `Bearer ${secret.text}` };
};

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county })];
  account = await scene.account(ashford);
  ids = { ada: await scene.person(ashford) };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  api = await startApi(test, { imports: [Host, ConversationsModule, RepliesModule.forRoot({ undoMs: 10_000, sentMarkPath: '/dev/null/none', log })] });
  [ada, bea, observer] = [await sessionOf(ids.ada), await sessionOf(await scene.person(ashford)), await sessionOf(await scene.person(ashford, 'observer'))];
  neighbour = await sessionOf(await scene.person(millbrook, 'administrator'));
  [program, reader] = [await tokenOf('{read,draft}'), await tokenOf('{read}')];
  const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: '#a02020' } });
  [photograph, drawing] = [await picture.clone().withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } }).jpeg().toBuffer(), await picture.clone().png().toBuffer()];
});
afterAll(async () => {
  await api.close();
  await scene.close();
});
beforeEach(() => {
  abilities = taking;
});

interface Uploaded {
  readonly status: number;
  readonly body: { readonly id: string; readonly error?: { readonly code: string; readonly message: string } };
}
const upload = async (headers: Headers, body: BodyInit = new Uint8Array(photograph), { at = ashford.id, type = 'image/jpeg' }: { readonly at?: string; readonly type?: string } = {}): Promise<Uploaded> => {
  const answer = await fetch(`${api.url}/attachments?libraryId=${at}`, { method: 'POST', headers: { 'content-type': type, ...headers }, body, duplex: 'half' } as RequestInit);
  return { status: answer.status, body: (await answer.json()) as Uploaded['body'] };
};
const fields = '__typename ... on Reply { id state version attachments { id alternativeText mediaType width height bytes preview } } ... on UserError { code message } ... on AttachmentsFull { limit } ... on ReplyBlocked { checks { __typename ... on UserError { code message } ... on AlternativeTextMissing { attachmentIds } ... on AlternativeTextTooLong { attachmentId length limit } ... on TooManyImages { images most: limit } } }';
interface Told {
  readonly __typename: string;
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly code?: string;
  readonly attachments: readonly { readonly id: string; readonly alternativeText: string; readonly preview: string | null }[];
  readonly checks?: readonly { readonly code: string }[];
}
const does = async (headers: Headers, mutation: string, args: object): Promise<Told> => {
  const written = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
  const answer = await api.ask(headers, `mutation { ${mutation}(${written}) { ${fields} } }`);
  if (answer.errors !== undefined) throw Object.assign(new Error(JSON.stringify(answer.errors)), { code: codeOf(answer) });
  return answer.data?.[mutation] as Told;
};
const drafted = async (): Promise<Told> => {
  const heard = await scene.heard(ashford);
  return does(ada, 'draftReply', { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text: 'On the shelf by the window.' });
};
const withImage = async (alternativeText?: string): Promise<{ readonly id: string; readonly image: string; readonly told: Told }> => {
  const [{ id }, { body }] = [await drafted(), await upload(ada)];
  return { id, image: body.id, told: await does(ada, 'attachToReply', { id, attachmentId: body.id, ...(alternativeText === undefined ? {} : { alternativeText }) }) };
};

describe('an upload', () => {
  it('is made anew, and waits for a reply', async () => {
    const { status, body } = await upload(ada);
    expect({ status, body }).toEqual({ status: 201, body: { id: expect.any(String), mediaType: 'image/jpeg', width: 30, height: 20, bytes: expect.any(Number) } });
    const [stored] = await scene.query<{ bytes: Buffer; same: boolean }>('select bytes, hash = sha256(bytes) as same from attachment where id = $1 and reply_id is null', [body.id]);
    expect(stored?.same).toBe(true);
    expect((await sharp(stored?.bytes).metadata()).exif).toBeUndefined();
    expect((await upload(program, new Uint8Array(drawing), { type: 'image/png' })).status).toBe(201);
  });

  it.each<[string, () => Promise<Uploaded>, number, string]>([
    ['nobody', () => upload({}), 401, 'UNAUTHENTICATED'],
    ['a page of another site, which a cookie signs', () => upload({ cookie: ada['cookie'] ?? '' }), 403, 'FORBIDDEN'],
    ['another site, by its origin', () => upload({ ...ada, origin: 'https://evil.example' }), 403, 'FORBIDDEN'],
    ['an observer', () => upload(observer), 403, 'FORBIDDEN'],
    ['a token that may only read', () => upload(reader), 403, 'FORBIDDEN'],
    ['another library', () => upload(neighbour), 404, 'NOT_FOUND'],
    ['no library', () => upload(ada, undefined, { at: 'town' }), 400, 'BAD_INPUT'],
    ['no type of an image', () => upload(ada, undefined, { type: 'text/plain' }), 400, 'BAD_INPUT'],
    ['no image', () => upload(ada, 'hello'), 400, 'BAD_INPUT'],
    ['nothing', () => upload(ada, ''), 400, 'BAD_INPUT'],
  ])('of %s is refused', async (_who, ask, status, code) => {
    const before = await scene.query('select id from attachment');
    expect(await ask()).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    expect(await scene.query('select id from attachment')).toHaveLength(before.length);
  });

  it('is read no further than it may be long', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        given += 1_000_000;
        if (given > 30_000_000) stream.close();
        else stream.enqueue(new Uint8Array(1_000_000));
      },
    });
    expect(await upload(ada, endless)).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT', message: expect.stringContaining('10 MB') } } });
  });

  it('is one of twenty that wait, of which each actor has their own', async () => {
    for (let n = 0; n < 20; n++) expect((await upload(bea)).status).toBe(201);
    expect(await upload(bea)).toMatchObject({ status: 429, body: { error: { code: 'TOO_MANY_REQUESTS' } } });
    expect((await upload(ada)).status).toBe(201);
  });
});

describe('a picture', () => {
  const look = (headers: Headers, path: string): Promise<Response> => fetch(`${api.url}${path}`, { headers });

  it('is shown to staff of its library, as nothing that runs or is kept', async () => {
    const { told } = await withImage('A red wall');
    const path = told.attachments[0]?.preview ?? '';
    const shown = await look({ cookie: ada['cookie'] ?? '' }, path);
    expect(Object.fromEntries(['content-type', 'cache-control', 'x-content-type-options', 'content-security-policy', 'cross-origin-resource-policy'].map((name) => [name, shown.headers.get(name)]))).toEqual({
      'content-type': 'image/jpeg', 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox", 'cross-origin-resource-policy': 'same-origin',
    });
    expect(await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).toMatchObject({ format: 'jpeg', width: 30, height: 20 });
    expect([(await look(observer, path)).status, (await look(reader, path)).status, (await look(neighbour, path)).status, (await look({}, path)).status]).toEqual([200, 200, 404, 401]);
    expect((await look(ada, '/attachments/none')).status).toBe(404);
  });
});

describe('what goes with a reply', () => {
  it('is attached, described, put in order and detached; each steps the version', async () => {
    const { id, image, told } = await withImage();
    expect(told).toMatchObject({ state: 'draft', version: 2, attachments: [{ id: image, alternativeText: '', mediaType: 'image/jpeg', width: 30, height: 20, preview: `/attachments/${image}` }] });
    const other = (await upload(ada)).body.id;
    expect((await does(program, 'attachToReply', { id, attachmentId: other, alternativeText: 'Another' })).attachments.map((each) => each.id)).toEqual([image, other]);
    expect((await does(ada, 'setAlternativeText', { id, attachmentId: image, alternativeText: ' A red wall ' })).attachments[0]).toMatchObject({ alternativeText: 'A red wall' });
    expect((await does(ada, 'orderAttachments', { id, attachmentIds: [other, image] })).attachments.map((each) => each.id)).toEqual([other, image]);
    const left = await does(ada, 'detachFromReply', { id, attachmentId: other });
    expect(left).toMatchObject({ version: 6, attachments: [{ id: image }] });
    expect(await scene.query('select place from attachment where id in ($1, $2)', [image, other])).toEqual([{ place: 0 }]);
    const conversation = await api.ask(ada, 'query($id: ID!) { replyChecks(id: $id) { __typename } }', { id });
    expect(conversation.data).toEqual({ replyChecks: [] });
  });

  it('is attached once, to one reply, of its own library, four at most', async () => {
    const [{ id, image }, there] = [await withImage(), await drafted()];
    expect(await does(ada, 'attachToReply', { id, attachmentId: image, alternativeText: 'Again' })).toMatchObject({ attachments: [{ id: image, alternativeText: 'Again' }] });
    await expect(does(ada, 'attachToReply', { id: there.id, attachmentId: image })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const theirs = (await upload(neighbour, undefined, { at: millbrook.id })).body.id;
    await expect(does(ada, 'attachToReply', { id, attachmentId: theirs })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (let n = 0; n < 3; n++) await does(ada, 'attachToReply', { id, attachmentId: (await upload(ada)).body.id });
    const [before] = await scene.query<{ version: number }>('select version from reply where id = $1', [id]);
    expect(await does(ada, 'attachToReply', { id, attachmentId: (await upload(ada)).body.id })).toMatchObject({ code: 'ATTACHMENTS_FULL', limit: 4 });
    expect(await scene.query('select version from reply where id = $1', [id])).toEqual([before]);
    await expect(does(ada, 'orderAttachments', { id, attachmentIds: [image] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(does(ada, 'detachFromReply', { id: there.id, attachmentId: image })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(does(neighbour, 'detachFromReply', { id, attachmentId: image })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(does(observer, 'setAlternativeText', { id, attachmentId: image, alternativeText: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('takes two who attach at once one after the other', async () => {
    const { id } = await drafted();
    const uploads = [(await upload(ada)).body.id, (await upload(ada)).body.id];
    await Promise.all(uploads.map((attachmentId) => does(ada, 'attachToReply', { id, attachmentId })));
    expect((await scene.query('select id from attachment where reply_id = $1', [id])).map((row) => row['id']).sort()).toEqual([...uploads].sort());
  });

  it('voids the approval that it changes, and what was approved before it is read again', async () => {
    const { id, image, told } = await withImage('A red wall');
    const approve = (version: number): Promise<Told> => does(ada, 'approveReply', { id, version });
    const approved = await approve(told.version);
    expect(approved).toMatchObject({ state: 'approved' });
    const changed = await does(ada, 'setAlternativeText', { id, attachmentId: image, alternativeText: 'A green wall' });
    expect(changed).toMatchObject({ state: 'draft' });
    expect(await approve(approved.version)).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    expect(await approve(changed.version)).toMatchObject({ state: 'approved' });
    expect((await scene.query<{ kind: string }>(`select kind from timeline where detail ->> 'reply' = $1 order by at, id`, [id])).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['drafted', 'approved', 'approval-voided']));
  });
});

describe('checks', () => {
  const blocked = async ({ id, version }: Told): Promise<Told> => does(ada, 'approveReply', { id, version });

  it('an image without an alternative text blocks, and says which', async () => {
    const { image, told } = await withImage();
    expect(await blocked(told)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'ALTERNATIVE_TEXT_MISSING', attachmentIds: [image] }] });
    expect((await api.ask(ada, 'query($id: ID!) { replyChecks(id: $id) { __typename ... on Check { blocks } } }', { id: told.id })).data).toMatchObject({ replyChecks: expect.arrayContaining([{ __typename: 'AlternativeTextMissing', blocks: true }]) });
  });

  it.each<[string, Abilities, string, object]>([
    ['an alternative text that is too long', taking, 'A wall, as red as they get', { code: 'ALTERNATIVE_TEXT_TOO_LONG', length: 26, limit: 20 }],
    ['what is to be filled in', taking, '{{what it shows}}', { code: 'PLACEHOLDERS_LEFT' }],
    ['a network without images', { reply: 'yes', length: taking.length, can: [] }, 'A wall', { code: 'IMAGES_NOT_TAKEN' }],
    ['a network that takes another kind', { ...taking, media: { mostImages: 1, mediaTypes: ['image/png'], mostBytes: 1_000, alt: taking.length } }, 'A wall', { code: 'IMAGE_NOT_TAKEN', message: expect.stringContaining('image/png') }],
    ['a network that takes smaller ones', { ...taking, media: { mostImages: 1, mediaTypes: ['image/jpeg'], mostBytes: 100, alt: taking.length } }, 'A wall', { code: 'IMAGE_NOT_TAKEN', message: expect.stringContaining('smaller') }],
    ['a network that takes fewer pixels', { ...taking, media: { mostImages: 1, mediaTypes: ['image/jpeg'], mostBytes: 90_000, mostPixels: 599, alt: taking.length } }, 'A wall', { code: 'IMAGE_NOT_TAKEN', message: expect.stringContaining('pixels') }],
  ])('%s blocks', async (_what, network, alternativeText, check) => {
    abilities = network;
    const { told } = await withImage(alternativeText);
    expect(await blocked(told)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [check] });
  });

  it('more images than the network takes block', async () => {
    const { id } = await withImage('One');
    await does(ada, 'attachToReply', { id, attachmentId: (await upload(ada)).body.id, alternativeText: 'Two' });
    const told = await does(ada, 'attachToReply', { id, attachmentId: (await upload(ada)).body.id, alternativeText: 'Three' });
    expect(await blocked(told)).toMatchObject({ checks: [{ code: 'TOO_MANY_IMAGES', images: 3, most: 2 }] });
  });

  it('what is written by hand takes them along by hand, with their alternative texts, and they are gone here once it is out', async () => {
    abilities = { reply: 'by-hand', because: 'Write it there.', length: taking.length, can: [] };
    const { id, image, told } = await withImage();
    expect(await blocked(told)).toMatchObject({ code: 'REPLY_BY_HAND', message: expect.stringContaining('Save the image') });
    expect(await does(ada, 'replyWrittenByHand', { id, version: told.version })).toMatchObject({ checks: [{ code: 'ALTERNATIVE_TEXT_MISSING' }] });
    const described = await does(ada, 'setAlternativeText', { id, attachmentId: image, alternativeText: 'A red wall' });
    expect(await does(ada, 'replyWrittenByHand', { id, version: described.version })).toMatchObject({ state: 'sent', attachments: [{ id: image, alternativeText: 'A red wall', preview: null }] });
    expect(await does(ada, 'detachFromReply', { id, attachmentId: image })).toMatchObject({ code: 'WRONG_REPLY_STATE' });
  });

  it('an account tells a composer which images it takes', async () => {
    const { post } = await scene.heard(ashford);
    const asked = 'query($p: ID!, $a: ID!) { replyAbilities(postId: $p, accountId: $a) { ... on ReplyAbilities { media { mostImages mediaTypes mostBytes mostPixels alternativeText { limit unit urlWeight } } } } }';
    expect((await api.ask(ada, asked, { p: post, a: account })).data).toEqual({ replyAbilities: { media: { mostImages: 2, mediaTypes: ['image/jpeg'], mostBytes: 900_000, mostPixels: null, alternativeText: { limit: 20, unit: 'grapheme', urlWeight: null } } } });
  });
});
