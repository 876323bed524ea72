import type { Refusal } from '@earshot/plugin-sdk';
import type { Tx } from '../../database/index.js';
import { decide } from '../../privacy/consent/index.js';
import type { FollowCategory, FollowKind } from '../follow.row.js';
import type { Includes } from './published-list.row.js';

/** How a list on a network is seen, and who is to be on it. */
export interface Showing {
  /** Those that the account speaks for. */
  readonly networks: readonly string[];
  readonly public: boolean;
  readonly told: boolean;
  readonly includes: Includes;
}

/** A follow, and what bears on whether it is shown. */
export interface Shown {
  readonly id: string;
  readonly kind: FollowKind;
  readonly network: string;
  readonly key: string;
  readonly label: string;
  readonly category: FollowCategory;
  readonly refusals: readonly Refusal[];
  /** A library of the line does not write to them. */
  readonly notWrittenTo: boolean;
}

const organisations: readonly FollowCategory[] = ['organisation', 'business', 'media'];

/** Why it is not shown; null where it is. Nobody is shown to everybody who is not clearly an organisation, a business or a medium. */
export const leftOut = ({ kind, network, category, refusals, notWrittenTo }: Shown, { networks, public: isPublic, told, includes }: Showing): string | null => {
  if (kind !== 'profile') return 'It is no profile.';
  if (!networks.includes(network)) return 'It is on another network.';
  if ((isPublic || includes === 'organisations') && !organisations.includes(category))
    return category === 'other' ? 'It is not clearly an organisation: say what it is for the town, if it is one.' : 'It is a person.';
  const { allowed, because } = isPublic ? decide(refusals, 'followed', 'show-publicly') : { allowed: true, because: undefined };
  if (!allowed) return `It asks not to be shown publicly: ${because?.sign ?? 'its account says so'}.`;
  return told && notWrittenTo ? 'The library does not write to them, and they would be told.' : null;
};

/** What {@link leftOut} needs of `follow f`; $1 is the list, $2 its library. */
export const shownSql = `select f.id, f.kind, f.network, f.key, f.label, f.category, coalesce(p.refusals, '[]') as refusals,
    exists (select 1 from do_not_list d where d.profile_id = p.id and d.act = 'contact' and d.lifted_at is null and d.library_id in (select ancestor_id from library_line where library_id = f.library_id)) as "notWrittenTo"
  from follow f left join heard_profile p on p.network = f.network and p.remote_id = f.key
  where f.list_id = $1 and f.library_id = $2 and f.removed_at is null`;

/** Everybody of a list who is to be on the network's. */
export const wanted = async (tx: Pick<Tx, 'query'>, { listId, libraryId }: { readonly listId: string; readonly libraryId: string }, showing: Showing): Promise<readonly Shown[]> =>
  (await tx.query<Shown>(`${shownSql} order by f.id`, [listId, libraryId])).filter((each) => leftOut(each, showing) === null);
