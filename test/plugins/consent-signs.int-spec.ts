import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Batch, Post, Profile, Refusal, SourceEvent } from '@earshot/plugin-sdk';
import { mapProfile } from '../../plugins/bluesky/src/map-profile.js';
import { type Intent, refusalsOfPost } from '../../plugins/bluesky/src/refusals.js';
import { profileViewSchema } from '../../plugins/bluesky/src/views.js';
import { accountSchema } from '../../plugins/mastodon/src/documents.js';
import { profileOf } from '../../plugins/mastodon/src/map-account.js';
import { anAccount, type Json } from '../../plugins/mastodon/src/testing/documents.js';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';

/** What becomes of what somebody says who shows a sign, and of what they had said before they showed it. */
interface Fate {
  /** Followed by name; by a hashtag; under a post that is heard; speaking to us. */
  readonly heard: Readonly<Record<Way, boolean>>;
  /** Of what was stored: gone; left out of the search; judged no more; nobody answers it unasked. */
  readonly later: { readonly followed: readonly Effect[]; readonly hashtag: readonly Effect[] };
}
type Way = 'followed' | 'hashtag' | 'thread' | 'addressed';
type Effect = 'gone' | 'not-searched' | 'not-judged' | 'not-answered';

const all = { followed: true, hashtag: true, thread: true, addressed: true };
const notSearchable: Fate = { heard: { ...all, hashtag: false }, later: { followed: ['not-searched'], hashtag: ['gone'] } };
const notKept: Fate = { heard: { followed: false, hashtag: false, thread: false, addressed: true }, later: { followed: ['gone'], hashtag: ['gone'] } };
const noPrograms: Fate = { heard: all, later: { followed: ['not-judged'], hashtag: ['not-judged'] } };
const notAnswered: Fate = { heard: all, later: { followed: ['not-answered'], hashtag: ['not-answered'] } };
const onlyInside: Fate = { heard: all, later: { followed: [], hashtag: [] } };

const mastodon = (changes: Json) => (): readonly Refusal[] => profileOf(accountSchema.parse(anAccount('ben@birch.example', '13', changes)), 'alder.example').refusals;
const bluesky = (told: { readonly labels?: readonly string[]; readonly description?: string }, intent: Intent = 'not-disallowed') => (): readonly Refusal[] =>
  mapProfile(profileViewSchema.parse({ did: 'did:plc:ana', handle: 'ana.example', description: told.description ?? '', labels: (told.labels ?? []).map((val) => ({ val, src: 'did:plc:labeler', uri: 'x', cts: '2026-01-01T00:00:00Z' })) }), intent, new Date()).refusals;
const gate = (viewer: { readonly replyDisabled?: true; readonly embeddingDisabled?: true }) => (): readonly Refusal[] => refusalsOfPost({ viewer }, [], new Date());

const signs: readonly (readonly [name: string, of: 'author' | 'post', refusals: () => readonly Refusal[], fate: Fate])[] = [
  ['indexable: false', 'author', mastodon({ indexable: false }), notSearchable],
  ['noindex', 'author', mastodon({ noindex: true }), notSearchable],
  ['#noindex in the bio', 'author', mastodon({ note: '<p>#noindex</p>' }), notSearchable],
  ['#noindex in a field', 'author', mastodon({ fields: [{ name: '#noindex', value: 'thanks' }] }), notSearchable],
  ['locked', 'author', mastodon({ locked: true }), notSearchable],
  ['limited', 'author', mastodon({ limited: true }), notSearchable],
  ['discoverable: false', 'author', mastodon({ discoverable: false }), onlyInside],
  ['suspended', 'author', mastodon({ suspended: true }), notKept],
  ['moved', 'author', mastodon({ moved: anAccount('ben@cedar.example', '14') }), notAnswered],
  ['#nobot in the bio', 'author', mastodon({ note: '<p>#nobot</p>' }), noPrograms],
  ['#noarchive in the bio', 'author', mastodon({ note: '<p>#noarchive</p>' }), notKept],
  ['label !hide on the account', 'author', bluesky({ labels: ['!hide'] }), notKept],
  ['label !takedown on the account', 'author', bluesky({ labels: ['!takedown'] }), notKept],
  ['label !warn on the account', 'author', bluesky({ labels: ['!warn'] }), onlyInside],
  ['label !no-unauthenticated on the account', 'author', bluesky({ labels: ['!no-unauthenticated'] }), onlyInside],
  ['#nobot in a bio there', 'author', bluesky({ description: '#nobot' }), noPrograms],
  // Programs may judge it, and may write nothing from it: no draft by machine exists that could be withdrawn.
  ['user intents against generated words', 'author', bluesky({}, 'disallowed'), onlyInside],
  ['a threadgate that leaves us out', 'post', gate({ replyDisabled: true }), notAnswered],
  ['a postgate', 'post', gate({ embeddingDisabled: true }), onlyInside],
];

let bed: TestBed;
let account: string;
let process: ListeningProcess;

beforeAll(async () => {
  bed = await TestBed.open();
  account = await bed.scene.account(bed.library, { plugin: 'fixture', profile_id: await bed.scene.profile({ network: 'fixture', remote_id: 'library' }) });
  const list = await bed.scene.list(bed.library);
  await bed.scene.follow(bed.library, list, account, { network: 'fixture', key: 'club' });
  await bed.scene.follow(bed.library, list, account, { kind: 'hashtag', network: 'fixture', key: 'looms' });
  for (const [index] of signs.entries()) for (const when of ['before', 'later']) await bed.scene.follow(bed.library, list, account, { network: 'fixture', key: `${when}-followed-${index}` });
  process = await ListeningProcess.start(bed, []);
  await hear(said('root', 'club', {}));
});
afterAll(() => bed.close());

const said = (id: string, by: string, facts: Partial<Post>, refusals: readonly Refusal[] = []): SourceEvent => ({
  kind: 'post', author: profile(by, refusals),
  post: {
    ref: { network: 'fixture', id }, version: '1', url: `https://fixture.example/${id}`, postedAt: new Date(process.clock.now()), author: { network: 'fixture', id: by }, text: 'Who mends looms here?', audience: 'public',
    mentions: [], tags: [], media: [], refusals: [], ...facts,
  },
});
const profile = (id: string, refusals: readonly Refusal[]): Profile => ({ ref: { network: 'fixture', id }, handle: `@${id}`, refusals });
const hear = (...events: readonly SourceEvent[]) => process.listening.takeFetched({ accountId: account, libraryId: bed.library.id, plugin: 'fixture' }, { events } as Batch<never>);
const by: Readonly<Record<Way, Partial<Post>>> = {
  followed: {}, hashtag: { tags: ['looms'] }, thread: { inReplyTo: { network: 'fixture', id: 'root' } }, addressed: { mentions: [{ network: 'fixture', id: 'library' }] },
};
/** The refusals where the sign stands. */
const shown = (of: 'author' | 'post', refusals: readonly Refusal[]) => (of === 'post' ? { ofAuthor: [], ofPost: { refusals } } : { ofAuthor: refusals, ofPost: {} });

describe.each(signs)('%s', (name, of, refusalsOf, fate) => {
  const index = signs.findIndex(([each]) => each === name);
  const { ofAuthor, ofPost } = shown(of, refusalsOf());

  it('is a sign that the plugin knows', () => expect(refusalsOf()).not.toEqual([]));
  it.each(Object.keys(by) as Way[])('decides whether they are heard: %s', async (way) => {
    const { kept } = await hear(said(`before-${way}-${index}`, `before-${way}-${index}`, { ...by[way], ...ofPost }, ofAuthor));
    expect(kept === 1).toBe(fate.heard[way]);
  });
  it.each(['followed', 'hashtag'] as const)('shown later, reaches what was stored: %s', async (way) => {
    const id = `later-${way}-${index}`;
    await hear(said(id, id, by[way]));
    const [post] = await bed.scene.query<{ id: string; conversation: string }>('select p.id, c.id as conversation from post p join conversation c using (thread_id) where p.remote_id = $1', [id]);
    await bed.scene.finding(post?.id ?? '');
    await bed.scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) values (gen_random_uuid(), $1, $2, $3, $4, gen_random_uuid(), 'Thursday', $5)`,
      [bed.library.id, post?.conversation, account, post?.id, bed.library.system]);
    await hear(of === 'post' ? said(id, id, { ...by[way], ...ofPost }) : { kind: 'profile', profile: profile(id, ofAuthor) });
    const [now] = await bed.scene.query<Record<string, unknown>>(
      `select gone_why, text, search is not null as searched, exists (select 1 from finding f where f.post_id = p.id) as judged, (select state from reply r where r.to_post_id = p.id) as reply from post p where p.id = $1`, [post?.id]);
    const effects = fate.later[way];
    const gone = effects.includes('gone');
    expect(now).toEqual({
      gone_why: gone ? 'refused' : null, text: gone ? null : 'Who mends looms here?', searched: !gone && !effects.includes('not-searched'), judged: !gone && !effects.includes('not-judged'),
      reply: gone || effects.includes('not-answered') ? 'withdrawn' : 'draft',
    });
  });
});
