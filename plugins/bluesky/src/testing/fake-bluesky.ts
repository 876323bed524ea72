import { createHash } from 'node:crypto';

export const SERVICE = 'https://pds.example';
export const DIRECTORY = 'https://plc.example';
export const NOW = new Date('2026-03-12T12:00:00Z');

export const did = (name: string): string => `did:plc:${name.padEnd(24, 'a')}`;
export const postUri = (name: string, rkey: string): string => `at://${did(name)}/app.bsky.feed.post/${rkey}`;
const cidOf = (value: unknown): string => `bafyrei${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;

interface Person {
  readonly did: string;
  handle: string;
  displayName?: string;
  description?: string;
  labels?: readonly object[];
  /** As getProfile names it: AccountTakedown, AccountDeactivated. */
  status?: string;
  blocksUs?: boolean;
  /** Under which address our account follows them. */
  following?: string;
}

interface Kept {
  readonly uri: string;
  readonly cid: string;
  readonly record: Record<string, unknown>;
  readonly indexedAt: string;
  labels?: readonly object[];
  viewer?: object;
  hidden?: boolean;
  likes?: number;
  reposts?: number;
}

type Answer = Response | object;
const no = (status: number, error: string, message: string, headers: Record<string, string> = {}): Response => Response.json({ error, message }, { status, headers });

const order = ({ record, indexedAt }: Kept): string => (String(record['createdAt']) < indexedAt ? String(record['createdAt']) : indexedAt);

/** A data server, the network's view and the directory of identities in one, with invented people: what a test reads, it put there. */
export class FakeBluesky {
  readonly people = new Map<string, Person>();
  readonly kept = new Map<string, Kept>();
  readonly lists = new Map<string, { name: string; members: readonly string[] }>();
  readonly packs = new Map<string, { name: string; list: string }>();
  readonly follows: string[] = [];
  /** What was uploaded, by its name. */
  readonly blobs = new Map<string, Buffer>();
  /** Every call, as "GET nsid" in order. */
  readonly calls: string[] = [];
  /** What comes in place of the answer, by nsid. */
  readonly instead = new Map<string, (request: Request) => Response | undefined | Promise<Response | undefined>>();
  readonly refreshTokens = new Set<string>();
  readonly accessTokens = new Set<string>();
  private readonly us: string;
  private issued = 0;

  constructor(us = 'library', private readonly clock: () => Date = () => NOW) {
    this.us = this.person(us).did;
  }

  person(name: string, change: Partial<Person> = {}): Person {
    const person = { did: did(name), handle: `${name}.example`, ...change };
    this.people.set(person.did, person);
    return person;
  }

  post(name: string, rkey: string, text: string, change: { readonly record?: object; readonly indexedAt?: string } & Pick<Kept, 'labels' | 'viewer'> = {}): Kept {
    const { record, indexedAt, ...rest } = change;
    const whole = { $type: 'app.bsky.feed.post', text, createdAt: NOW.toISOString(), ...record };
    const at = indexedAt ?? String(whole.createdAt);
    const kept = { uri: postUri(name, rkey), cid: cidOf(whole), record: whole, indexedAt: at, ...rest };
    this.kept.set(kept.uri, kept);
    return kept;
  }

  record(name: string, collection: string, rkey: string, record: Record<string, unknown>): void {
    const uri = `at://${did(name)}/${collection}/${rkey}`;
    this.kept.set(uri, { uri, cid: cidOf(record), record, indexedAt: NOW.toISOString() });
  }

  /** Under which texts something of ours is there now. */
  published(): readonly string[] {
    return this.posts().filter(({ uri }) => uri.startsWith(`at://${this.us}/`)).map(({ record }) => String(record['text']));
  }

  /** Tokens that hold until `exp`, in seconds since 1970. */
  session(exp = this.clock().getTime() / 1_000 + 7_200) {
    this.issued += 1;
    const jwt = (kind: string, until: number): string => `${kind}.${Buffer.from(JSON.stringify({ exp: until, jti: this.issued })).toString('base64url')}.sig`;
    const [accessJwt, refreshJwt] = [jwt('access', exp), jwt('refresh', exp + 1e7)];
    this.accessTokens.add(accessJwt);
    this.refreshTokens.add(refreshJwt);
    return { did: this.us, handle: 'library.example', accessJwt, refreshJwt, active: true, didDoc: this.document(this.us) };
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    if (url.host === new URL(DIRECTORY).host) return Response.json(this.document(decodeURIComponent(url.pathname.slice(1))));
    const nsid = url.pathname.replace('/xrpc/', '');
    this.calls.push(`${request.method} ${nsid}`);
    const answer = (await this.instead.get(nsid)?.(request)) ?? (await this.answer(nsid, url.searchParams, request));
    return answer instanceof Response ? answer : Response.json(answer);
  };

  private document(of: string): object {
    return { id: of, service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: SERVICE }] };
  }

  /** What we wrote into this collection. */
  private ours(collection: string): readonly Kept[] {
    return [...this.kept.values()].filter(({ uri }) => uri.startsWith(`at://${this.us}/${collection}/`));
  }

  /** Of lists that a test put into our repository. */
  private givenItems(): readonly object[] {
    return [...this.lists].filter(([uri]) => uri.startsWith(`at://${this.us}/`)).flatMap(([list, { members }]) => members.map((subject, number) => ({ uri: `at://${this.us}/app.bsky.graph.listitem/given${number}`, cid: cidOf(subject), value: { list, subject } })));
  }

  private listAt(uri: string): { readonly name: string; readonly members: readonly string[] } | undefined {
    const written = this.kept.get(uri);
    const list = this.lists.get(uri) ?? (written && { name: String(written.record['name']), members: [] });
    return list && { name: list.name, members: [...list.members, ...this.ours('app.bsky.graph.listitem').filter(({ record }) => record['list'] === uri).map(({ record }) => String(record['subject']))] };
  }

  private posts(): readonly Kept[] {
    return [...this.kept.values()].filter(({ uri }) => uri.includes('/app.bsky.feed.post/'));
  }

  private view(kept: Kept): object {
    const author = this.people.get(kept.uri.split('/')[2] ?? '');
    const replies = this.posts().filter(({ record }) => (record as { reply?: { parent: { uri: string } } }).reply?.parent.uri === kept.uri);
    const { uri, cid, record, indexedAt, labels = [], viewer = {}, likes = 0, reposts = 0 } = kept;
    return { uri, cid, record, indexedAt, labels, viewer, author: this.profile(author), replyCount: replies.length, likeCount: likes, repostCount: reposts };
  }

  private profile(person: Person | undefined): object {
    const { blocksUs, following, status: _status, ...rest } = person ?? { did: did('nobody'), handle: 'handle.invalid' };
    return { ...rest, labels: rest.labels ?? [], viewer: { muted: false, blockedBy: blocksUs === true, ...(following === undefined ? {} : { following }) } };
  }

  private page(all: readonly Kept[], params: URLSearchParams, shape: (kept: Kept) => object = (kept) => this.view(kept)) {
    const before = params.get('cursor') ?? '~';
    const rest = all.filter((kept) => !kept.hidden && `${order(kept)} ${kept.uri}` < before).toSorted((a, b) => (`${order(a)} ${a.uri}` < `${order(b)} ${b.uri}` ? 1 : -1));
    const page = rest.slice(0, Number(params.get('limit') ?? '50'));
    const last = page.at(-1);
    return { ...(last === undefined || page.length === rest.length ? {} : { cursor: `${order(last)} ${last.uri}` }), items: page.map(shape) };
  }

  private async answer(nsid: string, params: URLSearchParams, request: Request): Promise<Answer> {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (nsid === 'com.atproto.repo.uploadBlob' && this.accessTokens.has(token)) return this.takeBlob(request);
    const body = request.method === 'POST' ? ((await request.json().catch(() => ({}))) as Record<string, unknown>) : {};
    if (nsid === 'com.atproto.server.createSession') {
      return body['password'] === 'aaaa-bbbb-cccc-dddd' && ['library.example', this.us].includes(String(body['identifier'])) ? this.session() : no(401, 'AuthenticationRequired', 'Invalid identifier or password');
    }
    if (nsid === 'com.atproto.server.refreshSession') return this.refreshTokens.delete(token) ? this.session() : no(400, 'ExpiredToken', 'Token has been revoked');
    const open = nsid === 'com.atproto.repo.getRecord' && token === '';
    if (!open && !this.accessTokens.has(token)) return no(400, 'ExpiredToken', 'Token has expired');
    return nsid.startsWith('com.atproto.') ? this.repo(nsid, params, body) : this.appView(nsid, params);
  }

  /** As a data server keeps it: by what it is, and as what it was sent. */
  private async takeBlob(request: Request): Promise<Answer> {
    const bytes = Buffer.from(await request.arrayBuffer());
    const blob = { $type: 'blob', ref: { $link: cidOf({ bytes: bytes.toString('base64') }) }, mimeType: request.headers.get('content-type') ?? '', size: bytes.length };
    this.blobs.set(blob.ref.$link, bytes);
    return { blob };
  }

  private repo(nsid: string, params: URLSearchParams, body: Record<string, unknown>): Answer {
    const at = (name: string): string => params.get(name) ?? String(body[name] ?? '');
    const uri = `at://${at('repo')}/${at('collection')}/${at('rkey')}`;
    const there = this.kept.get(uri);
    switch (nsid) {
      case 'com.atproto.identity.resolveHandle': {
        const found = [...this.people.values()].find(({ handle }) => handle === at('handle'));
        return found === undefined ? no(400, 'InvalidRequest', 'Unable to resolve handle') : { did: found.did };
      }
      case 'com.atproto.repo.getRecord':
        if (this.lists.has(uri)) return { uri, cid: cidOf(uri), value: {} };
        return there === undefined ? no(400, 'RecordNotFound', `Could not locate record: ${uri}`) : { uri, cid: there.cid, value: there.record };
      case 'com.atproto.repo.listRecords':
        return { records: [...this.ours(at('collection')).map(({ uri: of, cid, record }) => ({ uri: of, cid, value: record })), ...(at('collection') === 'app.bsky.graph.listitem' ? this.givenItems() : [])] };
      case 'com.atproto.repo.deleteRecord':
        this.kept.delete(uri);
        return {};
      case 'com.atproto.repo.putRecord': {
        const record = body['record'] as Record<string, unknown>;
        if (body['swapRecord'] === null && there !== undefined && there.cid !== cidOf(record)) return no(400, 'InvalidSwap', 'Record was at another version');
        this.kept.set(uri, { uri, cid: cidOf(record), record, indexedAt: this.clock().toISOString() });
        return { uri, cid: cidOf(record) };
      }
      default:
        return no(501, 'MethodNotImplemented', 'Method Not Implemented');
    }
  }

  private appView(nsid: string, params: URLSearchParams): Answer {
    const actor = params.get('actor') ?? '';
    switch (nsid) {
      case 'app.bsky.actor.getProfile': {
        const person = this.people.get(actor) ?? [...this.people.values()].find(({ handle }) => handle === actor);
        if (person === undefined) return no(400, 'InvalidRequest', 'Profile not found');
        return person.status === undefined ? this.profile(person) : no(400, person.status, 'Account has been suspended');
      }
      case 'app.bsky.actor.getProfiles':
        return { profiles: params.getAll('actors').flatMap((id) => (this.people.has(id) && this.people.get(id)?.status === undefined ? [this.profile(this.people.get(id))] : [])) };
      case 'app.bsky.feed.getPosts':
        return { posts: params.getAll('uris').flatMap((uri) => (this.kept.has(uri) && !this.kept.get(uri)?.hidden ? [this.view(this.kept.get(uri) as Kept)] : [])) };
      case 'app.bsky.feed.getAuthorFeed': {
        const { items, ...rest } = this.page(this.posts().filter(({ uri }) => uri.startsWith(`at://${actor}/`)), params, (kept) => ({ post: this.view(kept) }));
        return { ...rest, feed: items };
      }
      case 'app.bsky.feed.getListFeed': {
        const members = this.lists.get(params.get('list') ?? '')?.members ?? [];
        const { items, ...rest } = this.page(this.posts().filter(({ uri }) => members.includes(uri.split('/')[2] ?? '')), params, (kept) => ({ post: this.view(kept) }));
        return { ...rest, feed: items };
      }
      case 'app.bsky.feed.searchPosts': {
        const { items, ...rest } = this.page(this.posts().filter(({ record }) => String(record['text']).toLowerCase().includes((params.get('q') ?? '').toLowerCase())), params);
        return { ...rest, posts: items };
      }
      case 'app.bsky.notification.listNotifications': {
        const ours = this.posts().filter(({ record, uri }) => JSON.stringify(record).includes(this.us) && !uri.startsWith(`at://${this.us}/`));
        const { items, ...rest } = this.page(ours, params, (kept) => ({ ...this.view(kept), reason: 'mention', isRead: false }));
        return { ...rest, notifications: items };
      }
      case 'app.bsky.feed.getPostThread': {
        const kept = this.kept.get(params.get('uri') ?? '');
        return kept === undefined ? no(400, 'NotFound', `Post not found: ${params.get('uri')}`) : { thread: this.node(kept, true) };
      }
      case 'app.bsky.graph.getList': {
        const list = this.listAt(params.get('list') ?? '');
        if (list === undefined) return no(400, 'InvalidRequest', 'List not found');
        const from = Number(params.get('cursor') ?? '0');
        const end = from + Number(params.get('limit') ?? '50');
        const items = list.members.slice(from, end).map((id) => ({ uri: `${params.get('list')}/${id}`, subject: this.profile(this.people.get(id)) }));
        return { list: { uri: params.get('list'), name: list.name, purpose: 'app.bsky.graph.defs#curatelist' }, items, ...(end < list.members.length ? { cursor: String(end) } : {}) };
      }
      case 'app.bsky.graph.getFollows':
        return { subject: this.profile(this.people.get(actor)), follows: [...this.follows, ...this.ours('app.bsky.graph.follow').map(({ record }) => String(record['subject']))].map((id) => this.profile(this.people.get(id))) };
      case 'app.bsky.graph.getLists':
        return { lists: [...[...this.lists].map(([uri, { name }]) => [uri, { name }] as const), ...this.ours('app.bsky.graph.list').map(({ uri, record }) => [uri, { name: String(record['name']) }] as const)].map(([uri, { name }]) => ({ uri, name, purpose: 'app.bsky.graph.defs#curatelist' })) };
      case 'app.bsky.graph.getActorStarterPacks':
        return { starterPacks: [...this.packs].map(([uri, { name }]) => ({ uri, record: { name } })) };
      case 'app.bsky.graph.getStarterPack': {
        const pack = this.packs.get(params.get('starterPack') ?? '');
        return pack === undefined ? no(400, 'InvalidRequest', 'Starter pack not found') : { starterPack: { uri: params.get('starterPack'), record: { name: pack.name }, list: { uri: pack.list } } };
      }
      default:
        return no(501, 'MethodNotImplemented', 'Method Not Implemented');
    }
  }

  private node(kept: Kept, withParent: boolean): object {
    const parent = (kept.record as { reply?: { parent: { uri: string } } }).reply?.parent.uri;
    const above = parent === undefined ? undefined : this.kept.get(parent);
    const replies = this.posts().filter(({ record }) => (record as { reply?: { parent: { uri: string } } }).reply?.parent.uri === kept.uri);
    return {
      post: this.view(kept),
      replies: replies.map((reply) => this.node(reply, false)),
      ...(!withParent || parent === undefined ? {} : { parent: above === undefined ? { uri: parent, notFound: true } : this.node(above, true) }),
    };
  }
}
