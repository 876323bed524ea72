import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadInstallationKey, readConfig } from '@earshot/core/config';
import { findRunningDatabase } from '@earshot/core/database/embedded';
import { createLogging } from '@earshot/core/logging';
import { type Connected, connectAccount, loadInstalledPlugins } from '@earshot/server';
import { EarshotProcess } from '../../e2e/earshot-process.js';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';
import { Scene, type SceneLibrary } from '../../support/scene.js';
import type { MailBox } from '../../support/mail-box.js';
import type { TestDatabase } from '../../support/test-database.js';
import { sessionOf } from '../../support/whole-app.js';
import type { Yard } from '../yard.js';

/** A post as staff see it, in its conversation. */
export interface SeenPost {
  readonly id: string;
  readonly text: string | null;
  readonly parentId: string | null;
  readonly goneAt: string | null;
  readonly findings: readonly { readonly label: string }[];
}

export interface SeenConversation {
  readonly id: string;
  readonly posts: readonly SeenPost[];
  readonly replies: readonly { readonly id: string; readonly state: string; readonly failure: string | null }[];
}

export interface StoredReply {
  readonly id: string;
  readonly text: string;
  readonly state: string;
  /** By which name the network has it. */
  readonly sentAs: string | null;
  readonly words: string | null;
}

export interface OfficeOptions {
  readonly yard: Yard;
  /** Hosts with their ports on this machine that accounts may reach. */
  readonly reaches: readonly string[];
  /** Where mails to staff go; nowhere without it. */
  readonly mails?: MailBox;
}

/** One whole Earshot in processes of its own, as `npm start` runs it, with one library and Dana, who works there. */
export class Office {
  private running: EarshotProcess | undefined;
  private url = '';
  private scene!: Scene;
  private library!: SceneLibrary;
  private readonly lists = new Map<string, string>();
  private hurried = 0;
  private dana: Readonly<Record<string, string>> = {};
  private sam: Readonly<Record<string, string>> = {};

  private constructor(private readonly folder: string, private readonly settings: Readonly<Record<string, string>>) {}

  static async open({ yard, reaches, mails }: OfficeOptions): Promise<Office> {
    const folder = join(yard.path, 'earshot');
    await mkdir(folder);
    const port = await freePort();
    const office = new Office(folder, { EARSHOT_DATA: join(folder, 'data'), EARSHOT_ALLOW_PRIVATE_ADDRESSES: reaches.join(','), EARSHOT_UNDO_SECONDS: '0',
      ...(mails === undefined ? {} : { EARSHOT_PORT: String(port), EARSHOT_PUBLIC_URL: `http://127.0.0.1:${port}`, EARSHOT_SMTP_URL: mails.url, EARSHOT_MAIL_FROM: 'earshot@library.example' }) });
    await office.start();
    const target = await findRunningDatabase(join(folder, 'data'));
    if (target === undefined) throw new Error('Earshot runs and its database does not');
    office.scene = await Scene.open({ owner: { ...target, database: 'earshot' } } as unknown as TestDatabase);
    office.library = await office.scene.library({ name: 'Ashford', kind: 'library' });
    office.dana = await sessionOf(office.scene, await office.scene.person(office.library, 'administrator', { name: 'Dana' }));
    office.sam = await sessionOf(office.scene, await office.scene.person(office.library, 'librarian', { name: 'Sam' }));
    return office;
  }

  /** @param more - settings and environment of this start alone */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    this.running = new EarshotProcess(['start'], { ...this.settings, ...more }, this.folder);
    [this.url] = await this.running.until(/http:\/\/127\.0\.0\.1:\d+/);
  }

  /** Sets the clock of Earshot's process, and of no other: not that of PostgreSQL or of the network. */
  async setClock(offMs: number): Promise<void> {
    const [file, moving] = [join(this.folder, 'clock'), pathToFileURL(join(import.meta.dirname, 'moving-clock.mjs')).href];
    const isMoving = existsSync(file);
    await writeFile(file, String(offMs));
    if (!isMoving) {
      await this.kill();
      return this.start({ MOVED_CLOCK: file, NODE_OPTIONS: `--import ${moving}` });
    }
    if (this.running !== undefined) process.kill(this.running.pid, 'SIGUSR2');
    await this.running?.until(new RegExp(`the clock is off by ${offMs} ms`));
  }

  /** As the machine does at a power cut. Its PostgreSQL goes on. */
  async kill(): Promise<void> {
    await this.running?.kill();
  }

  async close(): Promise<void> {
    await this.scene.close();
    this.running?.interrupt();
    await this.running?.end();
  }

  /** What Earshot has to say for itself: warnings and errors. */
  get said(): string {
    return this.running?.said ?? '';
  }

  /** What `earshot connect` does, beside the running Earshot. */
  async connect(plugin: string, word: string | undefined, answers: { readonly settings?: Readonly<Record<string, string>>; readonly sayYes?: (page: URL) => Promise<URL>; readonly secrets?: Readonly<Record<string, string>> }): Promise<Connected> {
    const config = readConfig({ ...this.settings, EARSHOT_LOG_LEVEL: 'silent' }, { read: () => undefined });
    return connectAccount({
      config, logging: createLogging(config.log), key: await loadInstallationKey(config), registry: await loadInstalledPlugins(config),
      library: undefined, plugin, word, name: 'Ours', settings: answers.settings ?? {},
      ask: async (page) => String(await (answers.sayYes ?? (() => Promise.reject(new Error(`nobody expected to be asked at ${page.href}`))))(page)),
      askSecret: async ({ name }) => answers.secrets?.[name] ?? Promise.reject(new Error(`nobody expected to be asked for ${name}`)),
    });
  }

  /** Lets the account follow what this names; fails where nothing of it could be followed. */
  async follow(accountId: string, text: string): Promise<void> {
    // One follow of somebody on each list: whom two accounts follow stands on two.
    const listId = this.lists.get(accountId) ?? (await this.scene.list(this.library, { name: `The town ${this.lists.size + 1}` }));
    this.lists.set(accountId, listId);
    const { addFollows: { lines } } = await this.ask<{ addFollows: { lines: readonly { outcome: string; why: string | null }[] } }>(
      'mutation($l: ID!, $a: [ID!], $t: String!) { addFollows(listId: $l, accountIds: $a, text: $t, reason: "the town buys there", category: business) { lines { outcome why } } }', { l: listId, a: [accountId], t: text });
    if (lines[0]?.outcome !== 'added') throw new Error(`${text} is not followed: ${JSON.stringify(lines)}; ${this.said}`);
  }

  /** Once every channel of the account has come back: one that hears again says nothing of the others, which wait longer. */
  async well(accountId: string): Promise<void> {
    await eventually('the account being well', async () => {
      await this.hurry();
      return (await this.health(accountId)).health === 'well' || undefined;
    }, 120_000);
  }

  /** How the account does, by its own words. */
  async health(accountId: string): Promise<{ readonly health: string; readonly healthInWords: string }> {
    return (await this.ask<{ account: { health: string; healthInWords: string } }>('query($a: ID!) { account(id: $a) { health healthInWords } }', { a: accountId })).account;
  }

  /** All channels are due at once, instead of in the minutes that networks ask for, in which more may be asked of them; but not more often than a person would press a button. */
  async hurry(): Promise<void> {
    if (performance.now() - this.hurried < 1_000) return;
    this.hurried = performance.now();
    await this.scene.query(`update channel set next_at = now() where removed_at is null and lease_holder is null`);
    await this.scene.query(`update host_budget set refilled_at = refilled_at - interval '10 seconds' where paused_until is null`);
  }

  /** Streams are opened again, as they are where the process that held them is gone: one that polls where nothing streams has a pulse of its own. */
  async reopen(): Promise<void> {
    await this.scene.query(`update channel set lease_token = lease_token + 1, lease_holder = null, lease_until = null, next_at = now() where removed_at is null and mode = 'stream'`);
  }

  /** Stretches of time of which the account does not know what was said in them. */
  async gaps(accountId: string): Promise<readonly { readonly why: string }[]> {
    return (await this.ask<{ account: { gaps: { edges: readonly { node: { why: string } }[] } } }>('query($a: ID!) { account(id: $a) { gaps { edges { node { why } } } } }', { a: accountId })).account.gaps.edges.map(({ node }) => node);
  }

  /** What the account claims to have heard, in the time of the database. */
  async heardInTime(accountId: string): Promise<boolean> {
    return (await this.scene.query('select 1 from channel where account_id = $1 and heard_until > now()', [accountId])).length === 0;
  }

  /** When the thread will be looked at by itself. */
  async nextLook(conversationId: string): Promise<Date | null> {
    const [row] = await this.scene.query<{ next_at: Date | null }>('select l.next_at from thread_look l join conversation c using (thread_id) where c.id = $1', [conversationId]);
    if (row === undefined) throw new Error('this thread is not looked at');
    return row.next_at;
  }

  /** Looks at a thread now, whenever it was looked at before; fails where the network could not be asked. */
  async lookAgain(conversationId: string): Promise<void> {
    await this.scene.query('update thread_look set seen_at = null where thread_id = (select thread_id from conversation where id = $1)', [conversationId]);
    const { lookAgain } = await this.ask<{ lookAgain: { message?: string } }>('mutation($id: ID!) { lookAgain(id: $id) { ... on CouldNotLook { message } } }', { id: conversationId });
    // The schedule is at it; or snac closed a connection that it had kept open. Whoever waits for what a look brings looks again.
    if (/Somebody is looking|broke the connection off/.test(lookAgain.message ?? '')) return;
    if (lookAgain.message !== undefined) throw new Error(`${lookAgain.message}; ${this.said}`);
  }

  /** Nobody is spared: where rounds have one person say many things, and an answer to each. */
  async answersAnybody(): Promise<void> {
    await this.ask('mutation($l: ID!) { setReplyPolicy(libraryId: $l, policy: { approvers: librarian, secondPerson: [], unaskedDays: 0 }) { unaskedDays } }', { l: this.library.id });
  }

  /** Dana drafts an answer to the post of this text and presses Send. Returns the reply's id. */
  async answer(conversation: SeenConversation, toText: string, accountId: string, text: string): Promise<string> {
    const { id, version } = await this.draft(conversation, toText, accountId, text);
    return this.approve(id, version, this.dana);
  }

  /** Dana drafts it, the library wants a second person, and Sam approves. Returns the reply's id. */
  async answerByTwo(conversation: SeenConversation, toText: string, accountId: string, text: string, samIsTold: () => Promise<unknown>): Promise<string> {
    await this.ask('mutation($l: ID!) { setReplyPolicy(libraryId: $l, policy: { approvers: librarian, secondPerson: [always], unaskedDays: 7 }) { unaskedDays } }', { l: this.library.id });
    const { id, version } = await this.draft(conversation, toText, accountId, text);
    const alone = await this.approve(id, version, this.dana).then(() => 'approved', (error: Error) => error.message);
    if (!alone.includes('submit it to a colleague')) throw new Error(`Dana approved her own words: ${alone}`);
    const { submitReply } = await this.ask<{ submitReply: { version: number } }>('mutation($r: ID!) { submitReply(id: $r) { ... on Reply { version } ... on UserError { message } } }', { r: id });
    // Of what was approved meanwhile nobody is told.
    await samIsTold();
    return this.approve(id, submitReply.version, this.sam);
  }

  /** Dana posts something of the library's own, in several parts, and they are out. Returns the conversation that it begins. */
  async tellTheTown(accountId: string, text: string, ...further: readonly string[]): Promise<string> {
    const { draftPost } = await this.ask<{ draftPost: { id?: string; conversation: { id: string }; message?: string } }>(
      'mutation($l: ID!, $a: ID!, $t: String!) { draftPost(libraryId: $l, accountId: $a, text: $t) { ... on Reply { id conversation { id } } ... on UserError { message } } }', { l: this.library.id, a: accountId, t: text });
    if (draftPost.id === undefined) throw new Error(`no draft: ${draftPost.message}`);
    const { setReplyParts } = await this.ask<{ setReplyParts: { version: number; furtherParts: { id: string }[] } }>(
      'mutation($r: ID!, $f: [String!]!) { setReplyParts(id: $r, further: $f) { ... on Reply { version furtherParts { id } } } }', { r: draftPost.id, f: further });
    await this.approve(draftPost.id, setReplyParts.version, this.dana);
    for (const id of [draftPost.id, ...setReplyParts.furtherParts.map((part) => part.id)]) await this.sent(draftPost.conversation.id, id);
    return draftPost.conversation.id;
  }

  private async draft(conversation: SeenConversation, toText: string, accountId: string, text: string): Promise<{ readonly id: string; readonly version: number }> {
    const to = conversation.posts.find((post) => post.text?.includes(toText));
    const { draftReply } = await this.ask<{ draftReply: { id?: string; version: number; message?: string } }>(
      'mutation($c: ID!, $p: ID!, $a: ID!, $t: String!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: $t) { ... on Reply { id version } ... on UserError { message } } }',
      { c: conversation.id, p: to?.id, a: accountId, t: text });
    if (draftReply.id === undefined) throw new Error(`no draft: ${draftReply.message}`);
    return { id: draftReply.id, version: draftReply.version };
  }

  private async approve(id: string, version: number, as: Readonly<Record<string, string>>): Promise<string> {
    const { approveReply } = await this.ask<{ approveReply: { state?: string; message?: string } }>(
      'mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { ... on Reply { state } ... on UserError { message } } }', { r: id, v: version }, as);
    if (approveReply.state === undefined) throw new Error(`not approved: ${approveReply.message}`);
    return id;
  }

  /** What became of it once it was out: other words, or taken back. Returns its state, or what the network has against it. */
  async afterwards(replyId: string, act: { readonly text: string } | 'removed'): Promise<string> {
    const [reply] = await this.scene.query<{ version: number }>('select version from reply where id = $1', [replyId]);
    const [name, more] = act === 'removed' ? ['removeReply', ''] : ['amendReply', ', text: $t'];
    const answer = await this.ask<Record<string, { state?: string; message?: string }>>(
      `mutation($r: ID!, $v: Int!${act === 'removed' ? '' : ', $t: String!'}) { ${name}(id: $r, version: $v${more}) { ... on Reply { state } ... on UserError { message } } }`,
      { r: replyId, v: reply?.version, ...(act === 'removed' ? {} : { t: act.text }) });
    return answer[name]?.state ?? answer[name]?.message ?? 'nothing';
  }

  /** Likes the post of this text, passes it on, or follows its author. Returns what stands against it. */
  async smallAnswer(what: 'like' | 'boost' | 'follow', conversation: SeenConversation, text: string, accountId: string): Promise<string | undefined> {
    const to = conversation.posts.find((post) => post.text?.includes(text));
    const { giveSmallAnswer } = await this.ask<{ giveSmallAnswer: { message?: string } }>(
      'mutation($c: ID!, $p: ID!, $a: ID!, $w: SmallAnswer!) { giveSmallAnswer(conversationId: $c, postId: $p, accountId: $a, what: $w) { ... on UserError { message } } }', { c: conversation.id, p: to?.id, a: accountId, w: what });
    return giveSmallAnswer.message;
  }

  /** What the replies of a conversation got, as far as that was counted. */
  async reactions(conversationId: string): Promise<readonly { readonly answers: number; readonly likes: number | null; readonly boosts: number | null }[]> {
    const { conversation } = await this.ask<{ conversation: { replies: { reactions: { answers: number; likes: number | null; boosts: number | null } | null }[] } }>(
      'query($id: ID!) { conversation(id: $id) { replies { reactions { answers likes boosts } } } }', { id: conversationId });
    return conversation.replies.flatMap(({ reactions }) => reactions ?? []);
  }

  /** Ends it with what came of it. Returns its state. */
  async end(conversationId: string): Promise<string | undefined> {
    return (await this.ask<{ close: { state?: string } }>('mutation($c: ID!) { close(conversationId: $c, outcome: helped) { ... on Conversation { state } } }', { c: conversationId })).close.state;
  }

  /** Once the reply was sent; fails at once where it will not be. A server that is slow to take it has the two minutes that Earshot gives it. */
  async sent(conversationId: string, replyId: string): Promise<void> {
    await eventually('the reply being sent', async () => {
      const reply = (await this.conversation(conversationId)).replies.find(({ id }) => id === replyId);
      if (reply?.state === 'failed' || reply?.state === 'unknown') throw new Error(`the reply is ${reply.state}: ${reply.failure}; ${this.said}`);
      return reply?.state === 'sent' || undefined;
    }, 120_000).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await this.replies())}; ${this.said}`);
    });
  }

  /** What became of all replies, as it is stored. */
  replies(): Promise<readonly StoredReply[]> {
    return this.scene.query<StoredReply>(`select id, text, state, sent_ref ->> 'id' as "sentAs", coalesce(failure_words, '') || case when state in ('approved', 'sending') then format(' (try %s, due %s, leased until %s)', tries, due_at, lease_until) else '' end as words from reply order by text`);
  }

  /** A reply that waits before it is tried again goes now, and one that waits before it is asked for again is asked for: a lease of whoever is at it has more than these minutes left. */
  async hurryReplies(): Promise<void> {
    await this.scene.query(`update reply set due_at = now() where state = 'approved' and due_at > now()`);
    await this.scene.query(`update reply set lease_until = now() where state = 'sending' and failure_kind is not null and lease_until > now() and lease_until < now() + interval '150 seconds'`);
  }

  /** Five minutes in a moment, for whoever was killed as it sent: its lease is over, what it sent is older, and the network lets more be asked. Only where no Earshot runs. */
  async fiveMinutesPass(): Promise<void> {
    await this.scene.query(`update reply set lease_until = least(lease_until, now()), first_tried_at = first_tried_at - interval '5 minutes', last_tried_at = last_tried_at - interval '5 minutes' where state = 'sending'`);
    await this.scene.query(`update host_budget set refilled_at = refilled_at - interval '5 minutes'`);
  }

  /** Dana looked on the network for a reply of which it cannot tell, and says whether she saw it. Returns what it is then. */
  async decide(replyId: string, sent: boolean): Promise<string | undefined> {
    const { decideUnknownReply } = await this.ask<{ decideUnknownReply: { state?: string; message?: string } }>(
      'mutation($r: ID!, $s: Boolean!) { decideUnknownReply(id: $r, sent: $s) { ... on Reply { state } ... on UserError { message } } }', { r: replyId, s: sent });
    return decideUnknownReply.state ?? decideUnknownReply.message;
  }

  /** How often a post of this text is stored. */
  async stored(text: string): Promise<number> {
    return (await this.scene.query(`select 1 from post where known and text like '%' || $1 || '%'`, [text])).length;
  }

  /** The hosts that told of the post of this text, each by an id of its own. */
  async toldBy(text: string): Promise<readonly string[]> {
    return (await this.scene.query<{ host: string }>(`select a.host from post p join post_alias a on a.post_id = p.id where p.text like '%' || $1 || '%' order by a.host`, [text])).map(({ host }) => host);
  }

  /** What the inbox shows for these words. */
  async search(words: string): Promise<readonly string[]> {
    const { conversations } = await this.ask<{ conversations: { edges: readonly { node: { id: string } }[] } }>('query($t: String!) { conversations(text: $t) { edges { node { id } } } }', { t: words });
    return conversations.edges.map(({ node }) => node.id);
  }

  /** The same of each of these texts. */
  async storedEach(...texts: readonly string[]): Promise<readonly number[]> {
    const times: number[] = [];
    for (const text of texts) times.push(await this.stored(text));
    return times;
  }

  /** The conversation in which this is said; undefined where nobody was heard saying it. */
  async conversationWith(text: string): Promise<SeenConversation | undefined> {
    const [row] = await this.scene.query<{ id: string }>(`select c.id from post p join conversation c using (thread_id) where p.text like '%' || $1 || '%' limit 1`, [text]);
    return row === undefined ? undefined : this.conversation(row.id);
  }

  async conversation(id: string): Promise<SeenConversation> {
    const { conversation } = await this.ask<{ conversation: { id: string; posts: { edges: readonly { node: SeenPost }[] }; replies: SeenConversation['replies'] } }>(
      'query($id: ID!) { conversation(id: $id) { id posts(first: 100) { edges { node { id text parentId goneAt findings { label } } } } replies { id state failure } } }', { id });
    return { id: conversation.id, posts: conversation.posts.edges.map(({ node }) => node), replies: conversation.replies };
  }

  async ask<Data>(query: string, variables: object = {}, as = this.dana): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-earshot': '1', ...as }, body: JSON.stringify({ query, variables }) });
    const answer = (await response.json()) as { readonly data?: Data; readonly errors?: unknown };
    if (answer.errors !== undefined || answer.data === undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }
}
