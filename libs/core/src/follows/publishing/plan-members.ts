import type { Tx } from '../../database/index.js';
import type { FollowTarget } from '../found-entry.js';
import { publishedMemberColumns, type PublishedListRow, type PublishedMemberRow, type PublishedMemberState } from './published-list.row.js';
import type { Shown } from './who-is-shown.js';

/** Views of a network may be behind what was written by so much. */
const settledMs = 3_600_000;

type Member = Pick<PublishedMemberRow, 'network' | 'key' | 'label'>;
const nameOf = ({ network, key }: Pick<Member, 'network' | 'key'>): string => `${network}\0${key}`;

/**
 * Writes down what is to be asked of the network, before it is asked: so that a crash in between is gone on with, and nobody is taken off whom we did
 * not put there.
 *
 * @param wanted none where it ends
 * @param on who is on the network's list
 */
export const planMembers = async (tx: Tx, list: PublishedListRow, wanted: readonly Shown[], on: readonly FollowTarget[], now = Date.now()): Promise<void> => {
  const known = new Map((await tx.query<PublishedMemberRow>(`select ${publishedMemberColumns} from published_member m where m.published_id = $1 and m.library_id = $2 for update`, [list.id, list.libraryId])).map((row) => [nameOf(row), row]));
  const [isOn, isWanted] = [new Set(on.map(nameOf)), new Set(wanted.map(nameOf))];
  const next: (Member & { readonly state: PublishedMemberState | 'forgotten' })[] = [];
  for (const each of wanted) {
    const before = known.get(nameOf(each));
    const state = stateOf(before, isOn.has(nameOf(each)), { own: list.own, now, isTold: on.length > 0 });
    if (state !== undefined) next.push({ network: each.network, key: each.key, label: each.label, state });
  }
  for (const row of known.values()) {
    if (isWanted.has(nameOf(row)) || row.state === 'removing') continue;
    next.push({ ...row, state: row.state === 'there' || row.state === 'refused' ? 'forgotten' : 'removing' });
  }
  // On a list of our own is who is wanted, and nobody else; on another, who was there before stays.
  if (list.own) for (const each of on) if (!isWanted.has(nameOf(each)) && !known.has(nameOf(each))) next.push({ network: each.network, key: each.key, label: each.label, state: 'removing' });
  await write(tx, list, next.filter(({ state }) => state !== 'forgotten'));
  const gone = next.filter(({ state }) => state === 'forgotten');
  await tx.query('delete from published_member where published_id = $1 and library_id = $2 and (network, key) in (select * from unnest($3::text[], $4::text[]))', [list.id, list.libraryId, gone.map(({ network }) => network), gone.map(({ key }) => key)]);
};

interface Seen {
  readonly own: boolean;
  readonly now: number;
  /** Not everybody there tells who is on a list: of one that is empty altogether, nobody is said to have been taken off. */
  readonly isTold: boolean;
}

/** What becomes of one who is wanted; undefined: it stays. */
const stateOf = (before: PublishedMemberRow | undefined, isOn: boolean, { own, now, isTold }: Seen): PublishedMemberState | undefined => {
  switch (before?.state) {
    case undefined:
      return isOn ? (own ? 'on' : 'there') : 'adding';
    case 'removing':
      return 'adding';
    case 'asked':
      return isOn ? 'on' : 'adding';
    case 'on':
    case 'there':
      return isOn || !isTold || now - before.changedAt.getTime() < settledMs ? undefined : 'taken-off';
    case 'taken-off':
      return isOn ? 'on' : undefined;
    case 'adding':
    case 'refused':
      return undefined;
  }
};

const write = async (tx: Tx, list: PublishedListRow, members: readonly (Member & { readonly state: string })[]): Promise<void> => {
  await tx.query(
    `insert into published_member as m (published_id, library_id, network, key, label, state)
     select $1, $2, t.* from unnest($3::text[], $4::text[], $5::text[], $6::text[]) t(network, key, label, state)
     on conflict (published_id, network, key) do update set state = excluded.state, label = excluded.label, changed_at = case when m.state = excluded.state then m.changed_at else now() end`,
    [list.id, list.libraryId, members.map(({ network }) => network), members.map(({ key }) => key), members.map(({ label }) => label), members.map(({ state }) => state)]);
};
