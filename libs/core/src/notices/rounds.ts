import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { NoticeOptions } from './notice-options.js';
import { type PreferenceRow, preferenceColumns, preferencesOf } from './preferences/notice-preferences.row.js';
import { staffAt } from './recipients.js';
import { ToldPeople } from './told-people.js';
import { digestNow } from './when.js';

interface Waiting {
  readonly zone: string;
  readonly people: number;
  readonly since: Date | null;
  readonly drafts: number;
  readonly unknown: number;
}

const waitingSql = `
  select l.time_zone as zone, w.people, w.since, r.drafts, r.unknown from library l
    cross join lateral (select count(*)::int as people, min(c.waiting_since) as since from conversation c
      where c.library_id = l.id and c.state = 'open' and c.waiting_on = 'us' and c.merged_into is null and c.hidden_at is null and (c.until is null or c.until <= $2)) w
    cross join lateral (select count(distinct coalesce(r.whole_id, r.id)) filter (where r.state = 'in_review')::int as drafts, count(*) filter (where r.state = 'unknown')::int as unknown from reply r where r.library_id = l.id) r
  where l.id = $1`;

/** The round: what waits at a library, told to whoever works there with the digest that leaves this hour. Where nothing waits, nothing is told. */
@Injectable()
export class Rounds {
  constructor(
    private readonly database: Database,
    private readonly people: ToldPeople,
    private readonly options: NoticeOptions,
  ) {}

  async tell(abort: AbortSignal): Promise<void> {
    const at = await this.options.now();
    const libraries = await this.database.beforeJob<{ libraryId: string; actorId: string }>('select library_id as "libraryId", actor_id as "actorId" from libraries_at_the_hour($1)', [at]);
    for (const { libraryId, actorId } of libraries) {
      if (abort.aborted) return;
      await this.database.working(actorId, (tx) => this.ofLibrary(tx, libraryId, at));
    }
  }

  private async ofLibrary(tx: Tx, libraryId: string, at: Date): Promise<void> {
    const staff = await staffAt(tx, libraryId, { roles: ['librarian', 'administrator'] });
    const rows = await tx.query<PreferenceRow>(`select ${preferenceColumns} from notice_preference p where p.person_id = any($1::uuid[])`, [staff]);
    const chosen = new Map(rows.map((row) => [row.personId, row]));
    const [waiting] = await tx.query<Waiting>(waitingSql, [libraryId, at]);
    const body = waiting === undefined ? '' : inWords(waiting);
    if (waiting === undefined || body === '') return;
    const reached = staff.filter((id) => this.people.areMailed || preferencesOf(chosen.get(id)).ways.round.some((way) => way === 'dashboard' || way === 'push'));
    const leaving = Map.groupBy(reached, (id) => digestNow(at, preferencesOf(chosen.get(id)).digest, waiting.zone)?.getTime());
    for (const [due, people] of leaving) {
      if (due === undefined) continue;
      const event = `round:${new Date(due).toISOString()}`;
      await this.people.write(tx, { kind: 'round', thing: `round:${libraryId}`, event, libraryId, conversationId: null, subjectId: null, path: '/', title: 'What waits for you', body }, people, new Date(due));
    }
  }
}

const counted = (count: number, one: string, many: string): readonly string[] => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]);

/** Empty where nothing waits. */
const inWords = ({ zone, people, since, drafts, unknown }: Waiting): string => {
  const day = since === null ? '' : `, the first since ${new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' }).format(since)}`;
  const parts = [
    ...counted(people, `person waits for an answer${day}`, `people wait for an answer${day}`),
    ...counted(drafts, 'draft waits for its approval', 'drafts wait for their approval'),
    ...counted(unknown, 'reply of which nobody knows whether it arrived', 'replies of which nobody knows whether they arrived'),
  ];
  return parts.length === 0 ? '' : `${parts.join('; ')}.`;
};
