import { Injectable } from '@nestjs/common';
import { type ReadScope, type Tx, newId } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';

/** Where something came from, who brought it in and when. */
export interface BroughtInRow {
  readonly libraryId: string;
  readonly key: string;
  readonly conversationId: string | null;
  readonly placeId: string;
  readonly place: string;
  readonly accountId: string;
  readonly byActor: string;
  readonly at: Date;
  readonly takenBackAt: Date | null;
}

export interface BroughtPlaceRow {
  readonly id: string;
  readonly name: string;
  readonly times: number;
  readonly lastAt: Date;
}

/** The account by which a library answers what it brought in. */
export interface BroughtInAccount {
  readonly id: string;
  readonly libraryId: string;
  readonly state: 'on' | 'off';
  /** Just now. */
  readonly made: boolean;
}

export interface BroughtInNote {
  readonly libraryId: string;
  readonly key: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly byActor: string;
  readonly place: string;
}

/** Places by name; of one library no two have the same. */
export const placeOrder = new Keyset('brought-place', 'asc', [{ column: 'lower(p.name) collate "C"', type: 'text' }]);

const columns = `b.library_id as "libraryId", b.key, b.conversation_id as "conversationId", b.place_id as "placeId", p.name as place, b.account_id as "accountId", b.by_actor as "byActor", b.at, b.taken_back_at as "takenBackAt"`;
const fromBroughtIn = 'from brought_in b join brought_place p on p.id = b.place_id and p.library_id = b.library_id';

@Injectable()
export class BroughtInRepository {
  async byKey(tx: Tx, libraryId: string, key: string): Promise<BroughtInRow | undefined> {
    const [row] = await tx.query<BroughtInRow>(`select ${columns} ${fromBroughtIn} where b.library_id = $1 and b.key = $2`, [libraryId, key]);
    return row;
  }

  async ofConversation(tx: Tx, conversationId: string, lock: '' | 'for update of b' = ''): Promise<BroughtInRow | undefined> {
    const [row] = await tx.query<BroughtInRow>(`select ${columns} ${fromBroughtIn} where b.conversation_id = $1 and b.library_id in (select scope()) ${lock}`, [conversationId]);
    return row;
  }

  ofConversations(reads: ReadScope, conversationIds: readonly string[]): Promise<readonly (BroughtInRow & { readonly conversationId: string })[]> {
    return reads.query(`select ${columns} ${fromBroughtIn} where b.conversation_id = any($1::uuid[]) and b.library_id in (select scope())`, [conversationIds]);
  }

  /** A page of {@link placeOrder}. `beginning`: of names that begin so, in any letter case. */
  places(reads: ReadScope, { libraryId, beginning }: { readonly libraryId: string; readonly beginning: string | null }, page: Page): Promise<readonly (BroughtPlaceRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId, beginning];
    return reads.query(
      `select p.id, p.name, p.times, p.last_at as "lastAt", ${placeOrder.select} from brought_place p
       where p.library_id = $1 and p.library_id in (select scope()) and p.times > 0 and ($2::text is null or starts_with(lower(p.name), lower($2))) ${page.after(parameters)}
       ${placeOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /** Made for the whole tree where there is none. */
  async account(tx: Tx, libraryId: string, plugin: string): Promise<BroughtInAccount> {
    const [account] = await tx.query<BroughtInAccount>('select id, library_id as "libraryId", state, made from account_for_brought_in($1, $2, $3, $4)', [libraryId, plugin, 'Brought in by hand', newId()]);
    if (account === undefined) throw new Error('whoever may bring in got no account for it');
    if (account.made) tx.hint({ kind: 'account', id: account.id, library: account.libraryId });
    return account;
  }

  /** Once a key. For the transaction of the listener that stores what was brought in. */
  async note(tx: Tx, { libraryId, key, conversationId, accountId, byActor, place }: BroughtInNote): Promise<void> {
    await tx.query('select note_brought_in($1, $2, $3, $4, $5, $6, $7)', [libraryId, key, conversationId, accountId, byActor, place, newId()]);
  }

  /** It does not count for its place any more. */
  async takenBack(tx: Tx, { libraryId, key, placeId }: BroughtInRow): Promise<void> {
    await tx.query('update brought_in set taken_back_at = now() where library_id = $1 and key = $2', [libraryId, key]);
    await tx.query('update brought_place set times = times - 1 where library_id = $1 and id = $2', [libraryId, placeId]);
  }
}
