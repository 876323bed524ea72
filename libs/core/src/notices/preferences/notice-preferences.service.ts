import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { type Actor, Permissions, type Queryable } from '../../staff/index.js';
import { NoticesRepository } from '../api/notices.repository.js';
import { NoticeOptions } from '../notice-options.js';
import { type NoticePreferences, type PreferenceRow, preferenceColumns, preferencesOf } from './notice-preferences.row.js';

/** How somebody is told, and whether mail reaches them. */
export interface ReachedPreferences extends NoticePreferences {
  readonly emailReaches: boolean;
  /** Why it does not. */
  readonly emailMissing: string | null;
}

/** Each person's own: nobody sets how another is told. */
@Injectable()
export class NoticePreferencesService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly notices: NoticesRepository,
    private readonly options: NoticeOptions,
  ) {}

  async of(reads: Queryable, personId: string): Promise<ReachedPreferences> {
    const [row] = await reads.query<PreferenceRow>(`select ${preferenceColumns} from notice_preference p where p.person_id = $1`, [personId]);
    const emailMissing = await this.whyNoMail(reads);
    return { ...preferencesOf(row), emailReaches: emailMissing === null, emailMissing };
  }

  /**
   * From the next notice on: what is on its way already leaves as it was to.
   * @throws PlatformError FORBIDDEN for a token, BAD_INPUT
   */
  async set(actor: Actor, wish: NoticePreferences): Promise<ReachedPreferences> {
    this.permissions.requireKind(actor, { scope: 'read', person: true });
    const { ways, digest, quiet } = checked(wish);
    return this.database.as(actor.id, async (tx) => {
      await tx.query(
        `insert into notice_preference(person_id, ways, digest_hours, digest_days, quiet_from, quiet_until) values ($1, $2, $3, $4, $5, $6)
         on conflict (person_id) do update set ways = excluded.ways, digest_hours = excluded.digest_hours, digest_days = excluded.digest_days, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, set_at = now()`,
        [actor.id, JSON.stringify(ways), digest.hours, digest.days, quiet?.from ?? null, quiet?.until ?? null]);
      return this.of(tx, actor.id);
    });
  }

  private async whyNoMail(reads: Queryable): Promise<string | null> {
    if (this.options.mail === undefined) return 'No mail server is set up here: what you want by mail or in a digest is missed. Whoever runs this installation sets EARSHOT_SMTP_URL.';
    const refusal = await this.notices.lastRefusal(reads);
    if (refusal === undefined) return null;
    return `The mail server did not take the last mail to you${refusal.words === null ? '' : ` (${refusal.words})`}. Is your address right? Ask whoever administers your library.`;
  }
}

const unique = (numbers: readonly number[], least: number, most: number, field: string): number[] => {
  if (numbers.some((number) => !Number.isInteger(number) || number < least || number > most)) throw new PlatformError('BAD_INPUT', `${field} are whole numbers from ${least} to ${most}.`, field);
  return [...new Set(numbers)].sort((one, other) => one - other);
};

const checked = ({ ways, digest, quiet }: NoticePreferences): NoticePreferences => {
  const times = { hours: unique(digest.hours, 0, 23, 'digestHours'), days: unique(digest.days, 1, 7, 'digestDays') };
  if (Object.values(ways).some((chosen) => chosen.includes('digest')) && (times.hours.length === 0 || times.days.length === 0))
    throw new PlatformError('BAD_INPUT', 'A digest needs an hour and a day: choose them, or take digest from every kind.', 'digestHours');
  if (quiet !== null && quiet.from === quiet.until) throw new PlatformError('BAD_INPUT', 'Quiet hours end at another time than they begin: leave both out for none.', 'quietUntil');
  return { ways, digest: times, quiet };
};
