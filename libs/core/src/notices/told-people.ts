import { Injectable } from '@nestjs/common';
import { type Tx, newId } from '../database/index.js';
import { type NoticeSubject, type NoticeWay, subjectOf } from './notice-kinds.js';
import { NoticeOptions } from './notice-options.js';
import { wordsOf } from './notice-words.js';
import type { Occasion } from './occasion.js';
import { type NoticePreferences, type PreferenceRow, preferenceColumns, preferencesOf } from './preferences/notice-preferences.row.js';
import { recipientsOf } from './recipients.js';
import { nextDigest } from './when.js';
import { afterQuiet } from '../libraries/index.js';

/** What is told of one thing to some people of a library. */
export interface Telling extends NoticeSubject {
  readonly libraryId: string;
  /** What happened to the thing: told once, however often it is tried. */
  readonly event: string;
  readonly path: string;
  readonly title: string;
  readonly body: string;
}

interface Person {
  readonly id: string;
  readonly preferences: NoticePreferences;
}
interface Written {
  readonly id: string;
  readonly personId: string;
  readonly isNew: boolean;
}
interface Leaving {
  readonly id: string;
  readonly personId: string;
  readonly way: NoticeWay;
  readonly dueAt: Date;
}

/**
 * Writes notices for people, and when each leaves by mail or to a browser. One notice a thing and person: what happens to the thing again stands in the same notice, which is
 * unseen again. It leaves again where the one before had been seen, or the notice is of a kind that never waits; else whoever has not looked yet would be
 * told the same twice.
 */
@Injectable()
export class ToldPeople {
  constructor(private readonly options: NoticeOptions) {}

  /** Whether any of it leaves by mail. */
  get areMailed(): boolean {
    return this.options.mail !== undefined;
  }

  /** In a transaction of the library's system actor. Nobody is told of what was mended meanwhile. */
  async tell(tx: Tx, libraryId: string, occasion: Occasion): Promise<void> {
    const words = await wordsOf(tx, occasion);
    if (words === undefined) return;
    const { title, body } = words.toYou ?? words;
    await this.write(tx, { ...subjectOf(occasion), libraryId, event: occasion.key, path: words.path, title, body }, await recipientsOf(tx, libraryId, occasion));
  }

  /** @param digestAt of what leaves with the digest that is leaving now */
  async write(tx: Tx, telling: Telling, personIds: readonly string[], digestAt?: Date): Promise<void> {
    const people = await this.people(tx, telling, personIds);
    if (people.length === 0) return;
    const now = await this.options.now();
    const before = await tx.query<{ personId: string; seenAt: Date | null }>(
      'select person_id as "personId", seen_at as "seenAt" from notice where thing = $1 and person_id = any($2::uuid[]) order by person_id for update', [telling.thing, people.map(({ id }) => id)]);
    const written = await this.upsert(tx, telling, people, now);
    for (const { id, personId } of written) tx.hint({ kind: 'notice', id, library: telling.libraryId, actor: personId });
    const unseen = new Set(before.filter(({ seenAt }) => seenAt === null).map(({ personId }) => personId));
    const again = telling.kind === 'crisis' || telling.kind === 'round';
    await this.post(tx, telling, { people, written: written.filter(({ personId, isNew }) => isNew || again || !unseen.has(personId)), now, digestAt });
  }

  private async people(tx: Tx, { kind }: Telling, personIds: readonly string[]): Promise<readonly Person[]> {
    if (personIds.length === 0) return [];
    const rows = await tx.query<PreferenceRow>(`select ${preferenceColumns} from notice_preference p where p.person_id = any($1::uuid[])`, [personIds]);
    const chosen = new Map(rows.map((row) => [row.personId, row]));
    return personIds.map((id) => ({ id, preferences: preferencesOf(chosen.get(id)) })).filter(({ preferences }) => preferences.ways[kind].length > 0);
  }

  private upsert(tx: Tx, { libraryId, kind, thing, event, conversationId, subjectId, path, title, body }: Telling, people: readonly Person[], now: Date): Promise<Written[]> {
    return tx.query<Written>(
      `insert into notice as n (id, library_id, person_id, kind, thing, event, conversation_id, subject_id, path, title, body, shown, told_at)
       select t.id, $3, t.person_id, $5, $6, $7, $8, $9, $10, $11, $12, t.shown, $13 from unnest($1::uuid[], $2::uuid[], $4::boolean[]) as t(id, person_id, shown) order by t.person_id
       on conflict (person_id, thing) do update set event = excluded.event, path = excluded.path, title = excluded.title, body = excluded.body, shown = excluded.shown, told_at = excluded.told_at, seen_at = null
         where n.event <> excluded.event
       returning n.id, n.person_id as "personId", (n.xmax = 0) as "isNew"`,
      [people.map(() => newId()), people.map(({ id }) => id), libraryId, people.map(({ preferences }) => preferences.ways[kind].includes('dashboard')), kind, thing, event, conversationId, subjectId, path, title, body, now]);
  }

  private async post(tx: Tx, { kind, libraryId }: Telling, { people, written, now, digestAt }: { readonly people: readonly Person[]; readonly written: readonly Written[]; readonly now: Date; readonly digestAt: Date | undefined }): Promise<void> {
    if (written.length === 0) return;
    const [library] = await tx.query<{ zone: string }>('select time_zone as zone from library where id = $1', [libraryId]);
    const zone = library?.zone ?? 'UTC';
    const preferencesOfPerson = new Map(people.map(({ id, preferences }) => [id, preferences]));
    const leaving = written.flatMap(({ id, personId }) => {
      const { ways, digest, quiet } = preferencesOfPerson.get(personId) as NoticePreferences;
      return ways[kind].flatMap((way) => {
        const dueAt = way === 'dashboard' ? undefined : way === 'digest' ? (digestAt ?? nextDigest(now, digest, zone)) : kind === 'crisis' ? now : afterQuiet(now, quiet, zone);
        return dueAt === undefined ? [] : [{ id, personId, way, dueAt }];
      });
    });
    const noticeIds = written.map(({ id }) => id);
    if (this.areMailed) await this.mail(tx, noticeIds, leaving.filter(({ way }) => way !== 'push'));
    await this.push(tx, noticeIds, leaving.filter(({ way }) => way === 'push'));
  }

  private async mail(tx: Tx, noticeIds: readonly string[], leaving: readonly Leaving[]): Promise<void> {
    await tx.query('delete from notice_delivery where notice_id = any($1::uuid[])', [noticeIds]);
    await tx.query('insert into notice_delivery(notice_id, person_id, way, due_at) select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])', [
      leaving.map(({ id }) => id), leaving.map(({ personId }) => personId), leaving.map(({ way }) => way), leaving.map(({ dueAt }) => dueAt)]);
  }

  /** To each browser that its person has now. */
  private async push(tx: Tx, noticeIds: readonly string[], leaving: readonly Leaving[]): Promise<void> {
    await tx.query('delete from notice_push where notice_id = any($1::uuid[])', [noticeIds]);
    await tx.query(
      `insert into notice_push(id, notice_id, person_id, subscription_id, due_at)
       select gen_random_uuid(), t.notice_id, t.person_id, s.id, t.due_at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as t(notice_id, person_id, due_at) join push_subscription s on s.person_id = t.person_id`,
      [leaving.map(({ id }) => id), leaving.map(({ personId }) => personId), leaving.map(({ dueAt }) => dueAt)]);
  }
}
