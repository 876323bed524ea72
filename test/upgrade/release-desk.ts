import type { Client } from 'pg';
import { Caller } from '../e2e/running-earshot.js';
import { eventually } from '../support/eventually.js';

interface Open { readonly id: string; readonly post: string; readonly author: string; readonly account: string; readonly library: string }
interface Reply { readonly id: string; readonly version: number }

/** A difficulty that the practice town makes when the library replies. */
export type Fault = 'none' | 'rejects' | 'never-answers' | 'answers-late';

/** What staff of a release do, over its own API, so that its database holds something of everything. */
export class ReleaseDesk {
  private constructor(private readonly staff: Caller, private readonly owner: Client, private readonly conversations: Open[]) {}

  static async open(url: string, signIn: { readonly email: string; readonly password: string }, owner: Client): Promise<ReleaseDesk> {
    const staff = new Caller(url);
    if ((await staff.signIn('/sign-in', signIn)) >= 400) throw new Error('nobody was let in');
    const { rows } = await owner.query<Open>(
      `select c.id, c.top_post_id as post, p.author_id as author, a.id as account, c.library_id as library
       from conversation c join post p on p.id = c.top_post_id, account a
       where a.plugin = 'practice' and c.merged_into is null and c.state = 'open' and p.text is not null and p.author_id is not null
         and not exists (select 1 from reply r where r.conversation_id = c.id) order by c.rank desc`);
    return new ReleaseDesk(staff, owner, rows);
  }

  /** The next conversation that nothing was done with. */
  next(): Open {
    const next = this.conversations.shift();
    if (next === undefined) throw new Error('the town said too little');
    return next;
  }

  /** Answers with what came; fails where it is not what was wanted. */
  async act<Found>(words: string, variables: Readonly<Record<string, unknown>>, wanted?: string): Promise<Found> {
    const [answer] = Object.values(await this.staff.ask<Record<string, unknown>>(words, variables));
    const { __typename: found } = answer as { __typename?: string };
    if (wanted !== undefined && found !== wanted) throw new Error(`${found} instead of ${wanted}: ${JSON.stringify(answer)}`);
    return answer as Found;
  }

  /** A draft to somebody who may be answered. */
  async draft(text: string): Promise<Reply> {
    for (;;) {
      const { id, post, account } = this.next();
      const drafted = await this.act<Reply & { __typename: string }>(
        'mutation($c: ID!, $p: ID!, $a: ID!, $t: String!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: $t) { __typename ... on Reply { id version } ... on UserError { message } } }',
        { c: id, p: post, a: account, t: text });
      if (drafted.__typename === 'Reply') return drafted;
    }
  }

  async approve(text: string): Promise<string> {
    const { id, version } = await this.draft(text);
    await this.act('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { __typename ... on UserError { message } } }', { r: id, v: version }, 'Reply');
    return id;
  }

  /** Approves another, and waits until that became of it. */
  async approveUntil(state: string, text: string): Promise<void> {
    const id = await this.approve(text);
    await this.until(`a reply that is ${state}`, 'select 1 from reply where id = $1 and state = $2', [id, state]);
  }

  async fault(fault: Fault): Promise<void> {
    const { account } = this.conversations[0] ?? this.next();
    await this.act('mutation($a: ID!, $s: String!) { changeAccountSettings(accountId: $a, settings: $s) { id } }', { a: account, s: JSON.stringify({ speed: 1_000, passed: 'P7D', fault }) });
  }

  until(what: string, sql: string, values: readonly unknown[] = []): Promise<unknown> {
    return eventually(what, async () => (await this.owner.query(sql, [...values])).rows[0] as unknown, 180_000);
  }
}
