import type pg from 'pg';
import { newId } from '../../libs/core/src/database/ids.js';
import { searchText } from '../../libs/core/src/language/search-text.js';
import { type TestDatabase, connectOwner } from './test-database.js';

type Role = 'administrator' | 'librarian' | 'observer';
type Values = Readonly<Record<string, unknown>>;

export interface SceneLibrary {
  readonly id: string;
  readonly name: string;
  /** What jobs of this library act as. */
  readonly system: string;
}

/**
 * Builds what a test begins with, as the owner of the schema, whom no policy binds. Every builder fills in what is not told and
 * returns ids; a told value wins, and columns that no builder names can be told as well (`scene.post({ edited_at: … })`).
 */
export class Scene {
  private made = 0;

  private constructor(private readonly client: pg.Client) {}

  static async open(database: TestDatabase): Promise<Scene> {
    return new Scene(await connectOwner(database));
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** Any statement, as the owner: for what no builder makes, and for looking at what is really stored. */
  async query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, [...parameters])).rows;
  }

  /** A library, with its system actor. `parent` puts it below another. */
  async library(told: { readonly name?: string; readonly parent?: SceneLibrary; readonly kind?: 'consortium' | 'library' | 'branch'; readonly languages?: readonly string[] } = {}): Promise<SceneLibrary> {
    const n = ++this.made;
    const [id, system, name] = [newId(), newId(), told.name ?? `Library ${n}`];
    const parent = told.parent?.id ?? null;
    await this.query(
      `insert into library(id, parent_id, root_id, kind, name, handle, languages)
       values ($1, $2, coalesce((select root_id from library where id = $2), $1), $3, $4, $5, $6)`,
      [id, parent, told.kind ?? (parent === null ? 'consortium' : 'library'), name, `library-${n}`, told.languages ?? ['en']],
    );
    await this.insert('actor', { id: system, kind: 'system' });
    await this.insert('system_actor', { actor_id: system, library_id: id });
    await this.insert('actor_role', { actor_id: system, library_id: id, role: 'librarian' });
    return { id, name, system };
  }

  /** A member of staff with one role; more of them with `role`. Returns the actor's id. */
  async person(at: SceneLibrary, role: Role = 'librarian', told: { readonly name?: string } = {}): Promise<string> {
    const id = newId();
    await this.insert('actor', { id, kind: 'person' });
    await this.insert('person', { actor_id: id, email: `person-${++this.made}@library.example`, name: told.name ?? `Person ${this.made}` });
    await this.role(id, at, role);
    return id;
  }

  async role(actor: string, at: SceneLibrary, role: Role): Promise<void> {
    await this.insert('actor_role', { actor_id: actor, library_id: at.id, role });
  }

  async account(at: SceneLibrary, told: Values = {}): Promise<string> {
    return this.insert('account', { library_id: at.id, plugin: 'practice', name: 'The town', ...told });
  }

  async list(at: SceneLibrary, told: Values = {}): Promise<string> {
    return this.insert('follow_list', { library_id: at.id, name: `List ${++this.made}`, ...told });
  }

  /** A profile followed by `account`, unless told otherwise. */
  async follow(at: SceneLibrary, list: string, account: string, told: Values = {}): Promise<string> {
    const key = `followed-${++this.made}`;
    return this.insert('follow', {
      library_id: at.id, list_id: list, account_id: account, kind: 'profile', network: 'practice', key, label: `@${key}`,
      reason: 'chamber of commerce', category: 'business', ...told,
    });
  }

  /** A saved search that raises, unless told otherwise. */
  async search(at: SceneLibrary, text: string, told: Values = {}): Promise<string> {
    return this.insert('saved_search', { library_id: at.id, name: `Search ${++this.made}`, text, does: 'raise', reason: 'asked for often', category: 'topic', ...told });
  }

  async profile(told: Values = {}): Promise<string> {
    const remote = `person-${++this.made}`;
    return this.insert('profile', { network: 'practice', remote_id: remote, handle: `@${remote}`, name: `Townsperson ${this.made}`, told_at: new Date(), ...json(told, 'refusals') });
  }

  async thread(told: Values = {}): Promise<string> {
    return this.insert('thread', told);
  }

  /** A known, public post in English, searchable as the pipeline makes it. `text: null` with `gone_at` and `gone_why` makes a tombstone. */
  async post(thread: string, told: Values = {}): Promise<string> {
    const remote = `post-${++this.made}`;
    const row: Values = {
      network: 'practice', remote_id: remote, thread_id: thread, known: true, version: '1', url: `https://practice.example/${remote}`,
      posted_at: new Date(), heard_at: new Date(), text: `What the town says, number ${this.made}`, lang: 'en', audience: 'public', ...json(told, 'media', 'link', 'refusals'),
    };
    const id = await this.insert('post', row);
    if (typeof row['text'] === 'string') await this.query('update post set search = to_tsvector(search_config(lang), $2) where id = $1', [id, searchText(row['text'])]);
    await this.query('update thread set posts = posts + 1, last_post_at = greatest(last_post_at, $2) where id = $1', [thread, row['posted_at']]);
    return id;
  }

  async conversation(at: SceneLibrary, thread: string, told: Values = {}): Promise<string> {
    return this.insert('conversation', { library_id: at.id, thread_id: thread, last_post_at: new Date(), ...json(told, 'reasons') });
  }

  async hearing(at: SceneLibrary, conversation: string, post: string, told: Values = {}): Promise<string> {
    return this.insert('hearing', { library_id: at.id, conversation_id: conversation, post_id: post, cause: 'followed', ...json(told, 'routed_by') });
  }

  async finding(post: string, told: Values = {}): Promise<string> {
    return this.insert('finding', { post_id: post, classifier: 'cues', version: '1', label: 'need.implicit', score: 0.8, ...told });
  }

  /** One post by one author, heard by one library: the smallest thing that staff can work on. */
  async heard(at: SceneLibrary, told: { readonly text?: string; readonly conversation?: Values } = {}): Promise<{ thread: string; post: string; author: string; conversation: string }> {
    const [thread, author] = [await this.thread(), await this.profile()];
    const post = await this.post(thread, { author_id: author, ...(told.text === undefined ? {} : { text: told.text }) });
    const conversation = await this.conversation(at, thread, { top_post_id: post, ...told.conversation });
    await this.hearing(at, conversation, post);
    return { thread, post, author, conversation };
  }

  private async insert(table: string, values: Values): Promise<string> {
    const row: Values = table === 'actor_role' || table === 'person' || table === 'system_actor' ? values : { id: newId(), ...values };
    const columns = Object.keys(row);
    await this.query(`insert into ${table}(${columns.map((column) => `"${column}"`).join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`, Object.values(row));
    return row['id'] as string;
  }
}

/** pg would write an array as a PostgreSQL array; jsonb columns want JSON. */
const json = (values: Values, ...columns: string[]): Values =>
  Object.fromEntries(Object.entries(values).map(([column, value]) => [column, columns.includes(column) && value !== null ? JSON.stringify(value) : value]));
