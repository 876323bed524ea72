import type { Tx } from '../database/index.js';
import type { Occasion } from './occasion.js';

/** What a notice says, and the page here that it leads to. Names of accounts and colleagues are all that it holds of anybody's words. */
export interface NoticeWords {
  readonly title: string;
  readonly body: string;
  readonly path: string;
}

/** Undefined where it is not so any more: nobody is told of what was mended meanwhile. */
export const wordsOf = async (tx: Tx, occasion: Occasion): Promise<NoticeWords | undefined> => {
  switch (occasion.what) {
    case 'sign-in-again':
    case 'failed':
      return ofAccount(tx, occasion.what, occasion.accountId);
    case 'quarantined':
      return ofChannel(tx, occasion.channelId);
    case 'mentioned':
      return ofMention(tx, occasion);
    case 'assigned':
      return ofAssignment(tx, occasion);
  }
};

const ofAccount = async (tx: Tx, what: 'sign-in-again' | 'failed', accountId: string): Promise<NoticeWords | undefined> => {
  const [account] = await tx.query<{ name: string }>('select name from account where id = $1 and library_id in (select scope()) and health = $2 and removed_at is null', [accountId, what]);
  if (account === undefined) return undefined;
  const path = `/accounts/${accountId}`;
  return what === 'sign-in-again'
    ? { title: `Sign in again: ${account.name}`, body: `Nothing is heard by the account “${account.name}” until somebody signs in again.`, path }
    : { title: `Nothing is heard: ${account.name}`, body: `No channel of the account “${account.name}” can be read any more.`, path };
};

const ofChannel = async (tx: Tx, channelId: string): Promise<NoticeWords | undefined> => {
  const [channel] = await tx.query<{ name: string; accountId: string }>(
    `select a.name, a.id as "accountId" from channel c join account a on a.id = c.account_id
     where c.id = $1 and c.library_id in (select scope()) and c.state = 'quarantined' and c.removed_at is null`,
    [channelId],
  );
  return channel && { title: `A channel was set aside: ${channel.name}`, body: `Its plugin failed. The account “${channel.name}” goes on without it until somebody lets it try again.`, path: `/accounts/${channel.accountId}` };
};

const ofMention = async (tx: Tx, { conversationId, by, actorIds }: Occasion & { readonly what: 'mentioned' }): Promise<NoticeWords | undefined> => {
  const names = await namesOf(tx, [by, ...actorIds]);
  const mentioned = actorIds.flatMap((id) => names.get(id) ?? []);
  if (mentioned.length === 0) return undefined;
  const who = mentioned.join(', ');
  return { title: `In a note: ${who}`, body: `${names.get(by) ?? 'A colleague'} wrote a note on a conversation for ${who}.`, path: `/conversations/${conversationId}` };
};

const ofAssignment = async (tx: Tx, { conversationId, by, to }: Occasion & { readonly what: 'assigned' }): Promise<NoticeWords | undefined> => {
  const still = await tx.query('select 1 from conversation where id = $1 and library_id in (select scope()) and assignee_id = $2', [conversationId, to]);
  const names = await namesOf(tx, [by, to]);
  const name = names.get(to);
  if (still.length === 0 || name === undefined) return undefined;
  return { title: `For ${name}`, body: `${names.get(by) ?? 'A colleague'} gave ${name} a conversation.`, path: `/conversations/${conversationId}` };
};

const namesOf = async (tx: Tx, actorIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ id: string; name: string }>('select actor_id as id, name from person where actor_id = any($1::uuid[])', [actorIds]);
  return new Map(rows.map(({ id, name }) => [id, name]));
};
