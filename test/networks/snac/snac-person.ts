import { eventually } from '../../support/eventually.js';

/** A status as far as tests look at it. */
export interface SnacStatus {
  readonly id: string;
  readonly uri: string;
  readonly content: string;
  readonly edited_at: string | null;
  readonly account: { readonly acct: string };
}

/** As browsers send it; with the charset that fetch adds, snac reads no form on its pages and none of an edit. */
const aForm = { 'content-type': 'application/x-www-form-urlencoded' };
/** snac closes a connection when it likes, also while something is on its way on it. */
const alone = { connection: 'close' };
const callback = 'http://127.0.0.1:9/callback';

/** Somebody on a snac, who uses it as people do: signed in on its page, posting by its API; what the API cannot do, on its pages. */
export class SnacPerson {
  private token = '';

  private constructor(private readonly server: { readonly url: string; readonly host: string }, readonly name: string, private readonly password: string) {}

  /** By which a program acts as them. */
  get accessToken(): string {
    return this.token;
  }

  static async signIn(server: { readonly url: string; readonly host: string }, name: string, password: string): Promise<SnacPerson> {
    const person = new SnacPerson(server, name, password);
    const app = await person.send<{ client_id: string; client_secret: string }>('POST', '/api/v1/apps', { client_name: 'a tool of this test', redirect_uris: callback, scopes: 'read write follow' });
    const page = new URL('/oauth/authorize', server.url);
    page.search = String(new URLSearchParams({ response_type: 'code', client_id: app.client_id, redirect_uri: callback, scope: 'read write follow', state: 'a-state' }));
    const back = await person.sayYes(page);
    if (back.searchParams.get('state') !== 'a-state') throw new Error('snac brought another state back');
    const code = back.searchParams.get('code') ?? '';
    person.token = (await person.send<{ access_token: string }>('POST', '/oauth/token', { grant_type: 'authorization_code', redirect_uri: callback, client_id: app.client_id, client_secret: app.client_secret, code })).access_token;
    return person;
  }

  get handle(): string {
    return `@${this.name}@${this.server.host}`;
  }

  get url(): string {
    return `${this.server.url}/${this.name}`;
  }

  /** Opens an application's sign-in page, fills in the form that stands on it, and returns where the browser is sent. */
  async sayYes(page: URL): Promise<URL> {
    const html = await (await fetch(page)).text();
    const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
    if (action === undefined) throw new Error(`snac shows no form to sign in: ${html.slice(0, 500)}`);
    const fields = new URLSearchParams({ login: this.name, passwd: this.password });
    for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) fields.set(name, value.replaceAll('&amp;', '&'));
    const answer = await fetch(action, { method: 'POST', headers: aForm, body: String(fields), redirect: 'manual' });
    const to = answer.headers.get('location');
    if (to === null) throw new Error(`snac did not let ${this.name} in: ${answer.status}`);
    return new URL(to);
  }

  post(text: string): Promise<SnacStatus> {
    return this.send('POST', '/api/v1/statuses', { status: text });
  }

  /** To a status as this server names it. */
  reply(to: SnacStatus, text: string): Promise<SnacStatus> {
    return this.send('POST', '/api/v1/statuses', { status: text, in_reply_to_id: to.id });
  }

  like(status: SnacStatus): Promise<SnacStatus> {
    return this.send('POST', `/api/v1/statuses/${status.id}/favourite`, {});
  }

  edit(status: SnacStatus, text: string): Promise<SnacStatus> {
    return this.send('PUT', `/api/v1/statuses/${status.id}`, { status: text });
  }

  /** On their own page: this server's API cannot. */
  async delete(status: SnacStatus): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${this.name}:${this.password}`).toString('base64')}`;
    const answer = await fetch(`${this.url}/admin/action`, { method: 'POST', headers: { ...aForm, authorization }, body: String(new URLSearchParams({ id: status.uri, actor: this.url, action: 'Delete' })), redirect: 'manual' });
    if (answer.status >= 400) throw new Error(`snac did not delete: ${answer.status}`);
  }

  /** Until the other one's server knows it too: what they post from then on comes. */
  async follow(other: SnacPerson): Promise<void> {
    const { accounts: [found] } = await this.read<{ accounts: { id: string }[] }>(`/api/v2/search?${String(new URLSearchParams({ q: other.handle.slice(1), type: 'accounts', resolve: 'true' }))}`);
    if (found === undefined) throw new Error(`${other.handle} is not found`);
    await this.send('POST', `/api/v1/accounts/${found.id}/follow`, {});
    await eventually(`${other.handle} being told of a follower`, async () => {
      const notices = await other.read<{ type: string; account: { url: string } }[]>('/api/v1/notifications');
      return notices.some(({ type, account }) => type === 'follow' && account.url === this.url) || undefined;
    });
  }

  home(): Promise<readonly SnacStatus[]> {
    return this.read('/api/v1/timelines/home');
  }

  /** The status of this uri where it stands in the home timeline, named as this server names it. */
  async sees(uri: string): Promise<SnacStatus | undefined> {
    return (await this.home()).find((status) => status.uri === uri);
  }

  /** The status of this uri that speaks to them, named as this server names it: of people whom they do not follow, the home timeline shows nothing. */
  async wasToldOf(uri: string): Promise<SnacStatus | undefined> {
    const notices = await this.read<{ type: string; status?: SnacStatus }[]>('/api/v1/notifications');
    return notices.find(({ type, status }) => type === 'mention' && status?.uri === uri)?.status;
  }

  /** Of what they were told: what this one did with their posts, as the kinds of notices. */
  async noticesOf(other: SnacPerson): Promise<readonly string[]> {
    const notices = await this.read<{ type: string; account: { url: string } }[]>('/api/v1/notifications');
    return notices.flatMap(({ type, account }) => (account.url === other.url ? [type] : []));
  }

  /** Their own newest posts, answers too. */
  async own(): Promise<readonly SnacStatus[]> {
    const { id } = await this.read<{ id: string }>('/api/v1/accounts/verify_credentials');
    return this.read(`/api/v1/accounts/${id}/statuses?limit=40`);
  }

  async answersTo(status: SnacStatus): Promise<readonly SnacStatus[]> {
    return (await this.read<{ descendants: SnacStatus[] }>(`/api/v1/statuses/${status.id}/context`)).descendants;
  }

  private read<T>(path: string): Promise<T> {
    return this.call(path, {});
  }

  private send<T>(method: string, path: string, fields: Readonly<Record<string, string>>): Promise<T> {
    return this.call(path, { method, headers: aForm, body: String(new URLSearchParams(fields)) });
  }

  private async call<T>(path: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }): Promise<T> {
    const answer = await fetch(`${this.server.url}${path}`, { ...init, headers: { ...init.headers, ...alone, ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }) } });
    if (!answer.ok) throw new Error(`snac answers ${answer.status} at ${path}`);
    return (await answer.json()) as T;
  }
}
