import { compareIds } from '../ids.js';
import { ann, aStatus, HOST, idAt, type Json, library, paper } from './documents.js';

export const NOW = new Date('2026-03-12T12:00:00.000Z');
export const TOKEN = 'T0ken';

export interface Abilities {
  /** `/api/v2/instance`; else the older document alone, as snac has it. */
  readonly newer: boolean;
  /** `GET /api/v1/statuses?id[]=`. */
  readonly many: boolean;
  readonly minId: boolean;
  readonly streaming: string | undefined;
  readonly remove: boolean;
  /** Shows what people elsewhere say by themselves, and not in the home timeline alone. */
  readonly showsOthers: boolean;
  /** Says which versions of the API it has (Mastodon 4.3 on). */
  readonly recent: boolean;
  /** Who may read what is said on it: `disabled`, nobody without a role. */
  readonly local: 'public' | 'disabled';
  /** Where it takes images: `/api/v2/media`, or `/api/v1/media`. */
  readonly media: 'newer' | 'older';
}

const gone = (status = 404): Response => Response.json({ error: 'Record not found' }, { status });
const tokenOf = (request: Request): string => (request.headers.get('authorization') ?? '').replace(/^Bearer /, '');
const textOf = (status: Json): string => String(status.content);

/**
 * A server of this API with a few invented people on it, that keeps what is posted. It knows what the plugin asks and nothing else; everything
 * else is a 404.
 */
export class FakeServer {
  readonly asked: string[] = [];
  accounts: Json[] = [library, ann, paper];
  statuses: Json[] = [];
  notifications: Json[] = [];
  lists: Json[] = [];
  /** Account ids that our account follows, in pages of two. */
  following: string[] = [];
  /** What is said in private; `undefined` where the server has no such list. */
  conversations: Json[] | undefined;
  /** Account ids of those who block the library. */
  blocking: string[] = [];
  /** What it fetches from elsewhere meanwhile: one comes with each further look at a thread. */
  fetching: Json[] = [];
  /** Who has to say yes first, and was asked. */
  requested: string[] = [];
  /** Who is on which list; on one that is not here is whom our account follows. */
  readonly listed = new Map<string, string[]>();
  hidesFollows = false;
  /** Images that were uploaded. */
  readonly media: Json[] = [];
  /** Looks that it takes until it is through with an image. */
  busy = 0;
  readonly tokens = new Set([TOKEN]);
  private readonly keys = new Map<string, Json>();
  private posted = 0;
  readonly can: Abilities;

  constructor(can: Partial<Abilities> = {}, readonly origin = `https://${HOST}`) {
    this.can = { newer: true, many: true, minId: true, streaming: undefined, remove: true, showsOthers: true, recent: true, local: 'public', media: 'newer', ...can };
  }

  /** Somebody says something. */
  say(by: Json, at: string, content: string, changes: Json = {}): Json {
    const status = aStatus(by, at, content, changes);
    this.statuses.push(status);
    return status;
  }

  /** Somebody mentions the library. */
  mention(by: Json, at: string, content: string, changes: Json = {}): Json {
    if (changes.visibility === 'direct') this.conversations?.push({ id: String(this.conversations.length), unread: true, accounts: [by], last_status: { content } });
    const status = this.say(by, at, content, { mentions: [{ id: '10', username: 'library', acct: 'library', url: `https://${HOST}/@library` }], ...changes });
    this.notifications.push({ id: String(1_000 + this.notifications.length), type: 'mention', created_at: at, account: by, status });
    return status;
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    return this.answer(request);
  };

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (request.method === 'POST' && /^\/api\/v\d\/media$/.test(url.pathname) && this.tokens.has(tokenOf(request))) return this.take(url.pathname, await request.formData());
    const form = new URLSearchParams(request.method === 'GET' ? '' : await request.text());
    return this.open(url) ?? (this.tokens.has(tokenOf(request)) ? this.signedIn(request, url, form) : Response.json({ error: 'The access token is invalid' }, { status: 401 }));
  }

  private open({ pathname }: URL): Response | undefined {
    const { newer, streaming, recent, local } = this.can;
    if (pathname === '/api/v2/instance' && newer) return Response.json({ version: '4.5.0', configuration: { urls: { streaming }, timelines_access: { live_feeds: { local, remote: local }, hashtag_feeds: { local: 'public', remote: local } }, statuses: { max_characters: 500, characters_reserved_per_url: 23 } }, ...(recent ? { api_versions: { mastodon: 7 } } : {}) });
    if (pathname === '/api/v1/instance') return Response.json({ version: '2.75', max_toot_chars: 5_000, urls: {} });
    if (pathname.startsWith('/api/v2/instance') || pathname === '/api/v1/streaming/health') return gone();
    return undefined;
  }

  private signedIn(request: Request, url: URL, form: URLSearchParams): Response {
    const { pathname, searchParams: query } = url;
    const parts = pathname.split('/').slice(3).map(decodeURIComponent);
    const [what, id = '', which] = parts;
    if (pathname === '/api/v2/search') return this.search(query);
    if (what === 'accounts' && request.method === 'POST') return this.follow(id, which);
    if (what === 'accounts') return this.account(id, which, query);
    if (what === 'conversations' && this.conversations !== undefined) return Response.json(this.conversations);
    if (what === 'timelines') return this.timeline(id, which ?? '', query);
    if (what === 'notifications') return Response.json(this.page(this.notifications, query));
    if (what === 'lists') return this.list(request.method, id, which, request.method === 'POST' ? form : query, pathname);
    if (what === 'media') return this.processed(id);
    if (what === 'statuses') return this.status(request, id, which, query, form);
    return gone();
  }

  /** At once, or, where it is `busy`, after as many looks. */
  private async take(path: string, form: FormData): Promise<Response> {
    if (path !== '/api/v2/media' && this.can.media === 'newer') return gone();
    if (path === '/api/v2/media' && this.can.media === 'older') return gone();
    const file = form.get('file') as File;
    if (!file.type.startsWith('image/')) return Response.json({ error: 'Validation failed: File content type is invalid' }, { status: 422 });
    const media = { id: String(500 + this.media.length), type: 'image', url: this.busy > 0 ? null : 'https://files.example/1', description: form.get('description'), bytes: Buffer.from(await file.arrayBuffer()), mediaType: file.type };
    this.media.push(media);
    return Response.json({ ...media, bytes: undefined }, { status: this.busy > 0 ? 202 : 200 });
  }

  private processed(id: string): Response {
    const found = this.media.find((each) => each.id === id);
    if (found === undefined) return gone();
    this.busy -= 1;
    return Response.json({ ...found, bytes: undefined }, { status: this.busy > 0 ? 206 : 200 });
  }

  private attached(form: URLSearchParams): readonly Json[] {
    return this.media.filter(({ id }) => form.getAll('media_ids[]').includes(id as string));
  }

  private search(query: URLSearchParams): Response {
    const text = (query.get('q') ?? '').replace(/^@/, '');
    const names = ({ acct, uri, url }: Json): readonly unknown[] => [acct, `${String(acct)}@${HOST}`, uri, url];
    return Response.json({
      accounts: query.get('type') === 'accounts' ? this.accounts.filter((each) => names(each).includes(text)) : [],
      statuses: query.get('type') === 'statuses' ? this.page(this.statuses.filter((each) => [each.uri, each.url].includes(text) || textOf(each).toLowerCase().includes(text.toLowerCase())), query) : [],
      hashtags: [],
    });
  }

  private account(id: string, which: string | undefined, query: URLSearchParams): Response {
    if (id === 'verify_credentials') return Response.json({ ...library, source: { hide_collections: this.hidesFollows } });
    if (id === 'relationships') return Response.json(query.getAll('id[]').map((each) => this.relation(each)));
    const found = this.accounts.find((each) => (id === 'lookup' ? each.acct === query.get('acct') : each.id === id));
    if (found === undefined) return gone();
    if (which === 'lists') return Response.json(this.lists.filter((list) => this.listed.get(list.id as string)?.includes(id)));
    if (which === 'following') return this.people(this.following, `/api/v1/accounts/${id}/following`, query);
    if (which === 'statuses' && !this.can.showsOthers && String(found.acct).includes('@')) return Response.json([]);
    if (which === 'statuses') return Response.json(this.page(this.statuses.filter(({ account }) => (account as Json).id === id), query));
    return Response.json(found);
  }

  private follow(id: string, which: string | undefined): Response {
    const found = this.accounts.find((each) => each.id === id);
    if (found === undefined) return gone();
    [this.following, this.requested] = [this.following, this.requested].map((ids) => ids.filter((each) => each !== id)) as [string[], string[]];
    if (which === 'follow') (found.locked === true ? this.requested : this.following).push(id);
    else for (const [list, on] of this.listed) this.listed.set(list, on.filter((each) => each !== id));
    return Response.json(this.relation(id));
  }

  private relation(id: string): Json {
    return { id, following: this.following.includes(id), requested: this.requested.includes(id), blocked_by: this.blocking.includes(id) };
  }

  private list(method: string, id: string, which: string | undefined, told: URLSearchParams, path: string): Response {
    if (method === 'POST' && id === '') {
      const list = { id: String(100 + this.lists.length), title: told.get('title') };
      this.lists.push(list);
      this.listed.set(list.id, []);
      return Response.json(list);
    }
    if (id !== '' && !this.lists.some((each) => each.id === id)) return gone();
    if (method === 'DELETE' && which === undefined) {
      this.lists = this.lists.filter((each) => each.id !== id);
      return Response.json({});
    }
    if (which !== 'accounts') return Response.json(this.lists);
    const [on, accounts] = [this.listed.get(id) ?? this.following, told.getAll('account_ids[]')];
    if (method === 'GET') return this.people(on, path, told);
    if (method === 'DELETE') this.listed.set(id, on.filter((each) => !accounts.includes(each)));
    else if (accounts.some((each) => !this.following.includes(each))) return gone();
    else if (accounts.some((each) => on.includes(each))) return Response.json({ error: 'Validation failed: Account has already been taken' }, { status: 422 });
    else this.listed.set(id, [...on, ...accounts]);
    return Response.json({});
  }

  private people(ids: readonly string[], path: string, query: URLSearchParams): Response {
    const from = Number(query.get('max_id') ?? 0);
    const next = from + 2 < ids.length ? { link: `<${this.origin}${path}?max_id=${from + 2}>; rel="next"` } : {};
    return Response.json(this.accounts.filter((each) => ids.slice(from, from + 2).includes(each.id as string)), { headers: next });
  }

  private timeline(kind: string, name: string, query: URLSearchParams): Response {
    const tagged = ({ tags }: Json): boolean => (tags as { name: string }[]).some((tag) => tag.name.toLowerCase() === name);
    const local = ({ account, visibility }: Json): boolean => visibility === 'public' && !String((account as Json).acct).includes('@');
    return Response.json(this.page(kind === 'tag' ? this.statuses.filter(tagged) : kind === 'public' ? this.statuses.filter((status) => this.can.local === 'public' && local(status)) : this.statuses, query));
  }

  /** Newest first, as every page of this API is, whichever way it is turned. */
  private page(all: readonly Json[], query: URLSearchParams): readonly Json[] {
    const limit = Number(query.get('limit') ?? 20);
    const [min, max] = [this.can.minId ? query.get('min_id') : null, query.get('max_id')];
    const sorted = all.toSorted((one, other) => compareIds(other.id as string, one.id as string)).filter(({ id }) => (min === null || compareIds(id as string, min) > 0) && (max === null || compareIds(id as string, max) < 0));
    return min === null ? sorted.slice(0, limit) : sorted.slice(-limit);
  }

  private status(request: Request, id: string, which: string | undefined, query: URLSearchParams, form: URLSearchParams): Response {
    if (request.method === 'POST' && id === '') return this.post(request.headers.get('idempotency-key') ?? '', form);
    if (id === '') return this.can.many ? Response.json(this.statuses.filter((each) => query.getAll('id[]').includes(each.id as string))) : gone();
    const found = this.statuses.find((each) => each.id === id);
    if (found === undefined) return gone();
    if (which === 'context') return Response.json(this.context(found), { headers: this.fetching.length === 0 ? {} : { 'mastodon-async-refresh': 'id="cmVmcmVzaA", retry=3, result_count=0' } });
    if (request.method === 'DELETE' && this.can.remove) this.statuses = this.statuses.filter((each) => each !== found);
    else if (request.method === 'DELETE') return gone();
    if (request.method === 'PUT') Object.assign(found, { content: `<p>${form.get('status') ?? ''}</p>`, edited_at: NOW.toISOString(), media_attachments: this.attached(form) });
    if (which === 'favourite') found.favourited = true;
    if (which === 'reblog') found.reblogged = true;
    return Response.json(found);
  }

  private context(of: Json): Json {
    this.statuses.push(...this.fetching.splice(0, this.asked.filter((each) => each.includes('/context')).length > 1 ? 1 : 0));
    const ancestors: Json[] = [];
    for (let at: Json | undefined = of; (at = this.statuses.find(({ id }) => id === at?.in_reply_to_id)) !== undefined; ) ancestors.unshift(at);
    const below = (parent: Json): readonly Json[] => this.statuses.filter((each) => each.in_reply_to_id === parent.id).flatMap((each) => [each, ...below(each)]);
    return { ancestors, descendants: below(of) };
  }

  private post(key: string, form: URLSearchParams): Response {
    const before = this.keys.get(key);
    if (before !== undefined) return Response.json(before);
    this.posted += 1;
    const status = this.say(library, NOW.toISOString(), (form.get('status') ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;'), {
      id: idAt(NOW.toISOString(), this.posted), in_reply_to_id: form.get('in_reply_to_id'), visibility: form.get('visibility') ?? 'public', language: form.get('language'), media_attachments: this.attached(form),
    });
    this.keys.set(key, status);
    return Response.json(status);
  }

  /** What the library has posted by now, without markup. */
  published(): readonly string[] {
    return this.statuses.filter(({ account }) => (account as Json).id === '10').map((status) => textOf(status).replace(/<[^>]*>/g, ''));
  }
}
