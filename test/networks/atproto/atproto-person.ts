export interface AtprotoRef {
  readonly uri: string;
  readonly cid: string;
}

/** A post as the AppView shows it, as far as tests look at it. */
export interface AtprotoPostView extends AtprotoRef {
  readonly author: { readonly did: string; readonly handle: string };
  readonly record: { readonly text: string };
  readonly replyCount: number;
  readonly likeCount: number;
  readonly repostCount: number;
}

export interface AtprotoThread {
  readonly post: AtprotoPostView;
  readonly replies?: readonly AtprotoThread[];
}

/** Somebody with an account on the PDS, who uses it by its XRPC alone. */
export class AtprotoPerson {
  private constructor(private readonly pds: string, readonly handle: string, readonly password: string, readonly did: string, private readonly token: string) {}

  static async join(pds: string, handle: string): Promise<AtprotoPerson> {
    const password = `the password of ${handle}`;
    const { did, accessJwt } = await call<{ did: string; accessJwt: string }>(pds, 'com.atproto.server.createAccount', { send: { handle, password, email: `${handle}@mail.test` } });
    return new AtprotoPerson(pds, handle, password, did, accessJwt);
  }

  /** For a program that shall work in their name. */
  async appPassword(name = 'a program'): Promise<string> {
    return (await this.write<{ password: string }>('com.atproto.server.createAppPassword', { name })).password;
  }

  /** Its sessions end with it, once their hour is over. */
  async revokeAppPassword(name = 'a program'): Promise<void> {
    await this.write('com.atproto.server.revokeAppPassword', { name });
  }

  post(text: string): Promise<AtprotoRef> {
    return this.create('app.bsky.feed.post', { text });
  }

  reply(root: AtprotoRef, parent: AtprotoRef, text: string): Promise<AtprotoRef> {
    return this.create('app.bsky.feed.post', { text, reply: { root, parent } });
  }

  like(subject: AtprotoRef): Promise<AtprotoRef> {
    return this.create('app.bsky.feed.like', { subject });
  }

  async list(name: string, members: readonly AtprotoPerson[]): Promise<AtprotoRef> {
    const list = await this.create('app.bsky.graph.list', { name, purpose: 'app.bsky.graph.defs#curatelist' });
    for (const { did } of members) await this.create('app.bsky.graph.listitem', { list: list.uri, subject: did });
    return list;
  }

  /** A record under a name of its own: a profile, a gate of that post, a declaration. */
  put(collection: string, rkey: string, record: object): Promise<AtprotoRef> {
    return this.write('com.atproto.repo.putRecord', { repo: this.did, collection, rkey, record: { $type: collection, createdAt: new Date().toISOString(), ...record } });
  }

  async rename(handle: string): Promise<void> {
    await this.write('com.atproto.identity.updateHandle', { handle });
  }

  async deactivate(): Promise<void> {
    await this.write('com.atproto.server.deactivateAccount', {});
  }

  async delete({ uri }: AtprotoRef): Promise<void> {
    const [, , repo, collection, rkey] = uri.split('/');
    await this.write('com.atproto.repo.deleteRecord', { repo, collection, rkey });
  }

  async thread(uri: string): Promise<AtprotoThread> {
    return (await this.read<{ thread: AtprotoThread }>('app.bsky.feed.getPostThread', { uri })).thread;
  }

  async membersOf(list: string): Promise<readonly string[]> {
    return (await this.read<{ items: { subject: { handle: string } }[] }>('app.bsky.graph.getList', { list })).items.map(({ subject }) => subject.handle);
  }

  async add(list: AtprotoRef, who: AtprotoPerson): Promise<void> {
    await this.create('app.bsky.graph.listitem', { list: list.uri, subject: who.did });
  }

  /** What stands in their repository, as their data server says. */
  async records(collection: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.read<{ records: { value: Record<string, unknown> }[] }>('com.atproto.repo.listRecords', { repo: this.did, collection, limit: '100' })).records.map(({ value }) => value);
  }

  /** Their posts, as their data server has them. */
  async posts(): Promise<readonly { readonly uri: string; readonly text: string }[]> {
    const { records } = await this.read<{ records: { uri: string; value: { text: string } }[] }>('com.atproto.repo.listRecords', { repo: this.did, collection: 'app.bsky.feed.post', limit: '100' });
    return records.map(({ uri, value }) => ({ uri, text: value.text }));
  }

  private create(collection: string, record: object): Promise<AtprotoRef> {
    return this.write('com.atproto.repo.createRecord', { repo: this.did, collection, record: { $type: collection, createdAt: new Date().toISOString(), ...record } });
  }

  private write<T>(method: string, send: object): Promise<T> {
    return call(this.pds, method, { send, token: this.token });
  }

  private read<T>(method: string, ask: Readonly<Record<string, string>>): Promise<T> {
    return call(this.pds, method, { ask, token: this.token });
  }
}

const call = async <T>(pds: string, method: string, { send, ask, token }: { readonly send?: object; readonly ask?: Readonly<Record<string, string>>; readonly token?: string }): Promise<T> => {
  const answer = await fetch(`${pds}/xrpc/${method}${ask === undefined ? '' : `?${String(new URLSearchParams(ask))}`}`, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(send === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(send === undefined ? {} : { method: 'POST', body: JSON.stringify(send) }),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`the PDS answers ${answer.status} to ${method}: ${said}`);
  // Some procedures answer with nothing at all.
  return (said === '' ? undefined : JSON.parse(said)) as T;
};
