import type { Tx } from '../database/index.js';
import type { Role } from '../staff/index.js';
import type { Occasion } from './occasion.js';

const acting: readonly Role[] = ['librarian', 'administrator'];
const heads: readonly Role[] = ['administrator'];

/**
 * Who is told of this at a library: persons who are here and have a role there now, never whoever did it. Administrators are those of the library and of
 * all above it, so of the installation as well.
 */
export const recipientsOf = async (tx: Tx, libraryId: string, occasion: Occasion): Promise<readonly string[]> => {
  switch (occasion.what) {
    case 'sign-in-again':
    case 'failed':
    case 'silent':
    case 'quarantined':
      return staffAt(tx, libraryId, { roles: heads });
    case 'list-changed':
    case 'list-stopped':
    case 'list-not-shown':
    case 'crisis':
      return staffAt(tx, libraryId, { roles: acting });
    case 'stopped':
      return staffAt(tx, libraryId, { roles: acting, but: await stopperOf(tx, occasion.stopId) });
    case 'mentioned':
      return staffAt(tx, libraryId, { among: occasion.actorIds, but: [occasion.by] });
    case 'assigned':
      return staffAt(tx, libraryId, { among: [occasion.to], but: [occasion.by] });
    case 'handed-over':
      return staffAt(tx, libraryId, { roles: acting, but: [occasion.by], ...(occasion.to === null ? {} : { among: [occasion.to] }) });
    case 'approval':
      return staffAt(tx, libraryId, { roles: occasion.approvers === 'administrator' ? heads : acting, but: [occasion.by, ...occasion.but] });
    case 'approval-late':
      return staffAt(tx, libraryId, { roles: acting, among: [occasion.to] });
    case 'answered':
      return staffAt(tx, libraryId, { among: await whoAnswered(tx, libraryId, occasion.conversationId) });
  }
};

interface Wanted {
  readonly roles?: readonly Role[];
  readonly among?: readonly string[];
  readonly but?: readonly string[];
}

/** In the order of ids, so that two who tell the same people wait for each other in one. */
export const staffAt = async (tx: Tx, libraryId: string, { roles, among, but = [] }: Wanted): Promise<readonly string[]> => {
  const rows = await tx.query<{ id: string }>(
    `select a.id from actor_scope s join actor a on a.id = s.actor_id
     where s.library_id = $1 and a.kind = 'person' and a.deactivated_at is null and ($2::text[] is null or s.role = any($2)) and ($3::uuid[] is null or a.id = any($3)) and a.id <> all($4::uuid[]) order by a.id`,
    [libraryId, roles ?? null, among ?? null, but]);
  return rows.map(({ id }) => id);
};

/** Whoever has the conversation; where nobody has, those whose words the last reply was, and who let it go out. */
const whoAnswered = async (tx: Tx, libraryId: string, conversationId: string): Promise<readonly string[]> => {
  const [row] = await tx.query<{ assignee: string | null; writers: string[] | null }>(
    `select c.assignee_id as assignee, (select array[r.approved_by, coalesce(r.written_by, r.drafted_by)] from reply r
       where r.conversation_id = c.id and r.library_id = c.library_id and r.state = 'sent' order by r.sent_at desc limit 1) as writers
     from conversation c where c.id = $1 and c.library_id = $2`, [conversationId, libraryId]);
  if (row === undefined) return [];
  return row.assignee === null ? (row.writers ?? []) : [row.assignee];
};

const stopperOf = async (tx: Tx, stopId: string): Promise<readonly string[]> =>
  (await tx.query<{ id: string }>('select stopped_by as id from stop where id = $1 and stopped_by is not null', [stopId])).map(({ id }) => id);
