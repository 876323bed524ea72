/** Documents in the shape of the real ones; everybody in them is invented. */

export const HOST = 'alder.example';

export type Json = Record<string, unknown>;

/** Somebody on the server: `ann`, or `ben@birch.example`. */
export const anAccount = (acct: string, id: string, changes: Json = {}): Json => {
  const [username = acct, host = HOST] = acct.split('@');
  return {
    id, username, acct, display_name: username.toUpperCase(), locked: false, bot: false, discoverable: true, indexable: true, group: false,
    created_at: '2024-05-01T00:00:00.000Z', note: `<p>${username} of the valley</p>`, url: `https://${host}/@${username}`, uri: `https://${host}/users/${username}`,
    avatar: `https://${host}/avatars/${username}.png`, avatar_static: `https://${host}/avatars/${username}.png`, header: '', header_static: '',
    followers_count: 3, following_count: 4, statuses_count: 5, last_status_at: '2026-03-12', hide_collections: null, emojis: [], fields: [], roles: [], ...changes,
  };
};

export const ann = anAccount('ann', '11');
export const paper = anAccount('paper@birch.example', '12', { display_name: 'Birch Paper' });
export const library = anAccount('library', '10', { display_name: 'Alder Library' });

/** The id that a server gives at this time; the newer the larger. */
export const idAt = (at: string, step = 0): string => String(Date.parse(at) * 65_536 + step);

export const aStatus = (by: Json, at: string, content: string, changes: Json = {}): Json => {
  const id = (changes.id as string | undefined) ?? idAt(at);
  return {
    id, created_at: at, edited_at: null, in_reply_to_id: null, in_reply_to_account_id: null, sensitive: false, spoiler_text: '', visibility: 'public', language: 'en',
    uri: `${by.uri as string}/statuses/${id}`, url: `${by.url as string}/${id}`, replies_count: 0, reblogs_count: 0, favourites_count: 0, favourited: false, reblogged: false,
    muted: false, bookmarked: false, content: `<p>${content}</p>`, filtered: [], reblog: null, quote: null, application: null, account: by, media_attachments: [], mentions: [], tags: [], emojis: [],
    card: null, poll: null, ...changes,
  };
};
