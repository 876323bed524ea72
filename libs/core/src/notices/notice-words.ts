import type { Tx } from '../database/index.js';
import { stopInWords, type StopKind } from '../stops/index.js';
import type { Occasion } from './occasion.js';

/** What a notice says, and the page here that it leads to. Names of accounts and colleagues are all that it holds of anybody's words. */
export interface NoticeWords {
  readonly title: string;
  readonly body: string;
  readonly path: string;
  /** The same, said to whoever it is for: rooms that many read are told the name. */
  readonly toYou?: { readonly title: string; readonly body: string };
}

/** Undefined where it is not so any more: nobody is told of what was mended meanwhile. */
export const wordsOf = async (tx: Tx, occasion: Occasion): Promise<NoticeWords | undefined> => {
  switch (occasion.what) {
    case 'sign-in-again':
    case 'failed':
      return ofAccount(tx, occasion.what, occasion.accountId);
    case 'silent':
      return ofSilence(tx, occasion.accountId);
    case 'quarantined':
      return ofChannel(tx, occasion.channelId);
    case 'list-changed':
      return ofListChange(tx, occasion.changeId);
    case 'list-stopped':
      return ofStoppedList(tx, occasion.boundId);
    case 'list-not-shown':
      return ofListNotShown(tx, occasion.publishedId);
    case 'mentioned':
      return ofMention(tx, occasion);
    case 'assigned':
      return ofAssignment(tx, occasion);
    case 'handed-over':
      return ofHandOver(tx, occasion);
    case 'approval':
    case 'approval-late':
      return ofApproval(tx, occasion);
    case 'answered':
      return ofAnswer(tx, occasion.conversationId);
    case 'crisis':
      return ofConversation(tx, occasion.conversationId, { title: 'Look at once: somebody may be in need', body: 'Something was found in a post that should not wait. A person has to read it.' });
    case 'stopped':
      return ofStop(tx, occasion.stopId);
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

/** Undefined where something was heard again. */
const ofSilence = async (tx: Tx, accountId: string): Promise<NoticeWords | undefined> => {
  const [account] = await tx.query<{ name: string; zone: string; until: Date | null; blind: boolean }>(
    `select a.name, l.time_zone as zone, c.until, c.blind from account a join library l on l.id = a.library_id
       cross join lateral (select max(heard_until) as until, count(blind_since) > 0 as blind from channel where account_id = a.id and removed_at is null) c
     where a.id = $1 and a.library_id in (select scope()) and a.silent_told_at is not null and a.state = 'on' and a.removed_at is null`, [accountId]);
  if (account === undefined) return undefined;
  const { name, zone, until, blind } = account;
  const told = until === null ? 'has heard nothing yet' : blind ? 'is open, and does not bring what is said' : `has heard nothing since ${momentIn(zone, until)}`;
  return { title: `Nothing is heard: ${name}`, body: `The account “${name}” ${told}, though nothing says that it failed. Look at its channels.`, path: `/accounts/${accountId}` };
};

const momentIn = (timeZone: string, at: Date): string => new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);

const ofChannel = async (tx: Tx, channelId: string): Promise<NoticeWords | undefined> => {
  const [channel] = await tx.query<{ name: string; accountId: string }>(
    `select a.name, a.id as "accountId" from channel c join account a on a.id = c.account_id
     where c.id = $1 and c.library_id in (select scope()) and c.state = 'quarantined' and c.removed_at is null`,
    [channelId],
  );
  return channel && { title: `A channel was set aside: ${channel.name}`, body: `Its plugin failed. The account “${channel.name}” goes on without it until somebody lets it try again.`, path: `/accounts/${channel.accountId}` };
};

const ofListChange = async (tx: Tx, changeId: string): Promise<NoticeWords | undefined> => {
  const [change] = await tx.query<{ name: string; state: string; came: number; went: number; listId: string }>(
    `select b.name, c.state, c.came, c.went, b.list_id as "listId" from bound_change c join bound_list b on b.id = c.bound_id and b.library_id = c.library_id
     where c.id = $1 and c.library_id in (select scope()) and c.state in ('waiting', 'held', 'applied') and b.state <> 'ended'`,
    [changeId],
  );
  if (change === undefined) return undefined;
  const { name, state, came, went, listId } = change;
  const what = `On the list “${name}”, ${came} came and ${went} went.`;
  const path = `/follow-lists/${listId}`;
  if (state === 'applied') return { title: `A list changed: ${name}`, body: `${what} They are followed, and followed no more, as you chose; it can be undone.`, path };
  return { title: `Look at a list: ${name}`, body: state === 'held' ? `${what} That is so much less than it was that nothing was done: somebody has to look.` : `${what} Nothing is followed, or ended, before somebody says so.`, path };
};

const ofStoppedList = async (tx: Tx, boundId: string): Promise<NoticeWords | undefined> => {
  const [bound] = await tx.query<{ name: string; listId: string }>(`select name, list_id as "listId" from bound_list where id = $1 and library_id in (select scope()) and state = 'stopped'`, [boundId]);
  return bound && { title: `A list cannot be read: ${bound.name}`, body: `The list “${bound.name}” on its network is not looked at any more until somebody has it looked at again. Whoever is followed by it stays followed.`, path: `/follow-lists/${bound.listId}` };
};

const ofListNotShown = async (tx: Tx, publishedId: string): Promise<NoticeWords | undefined> => {
  const [list] = await tx.query<{ name: string; listId: string }>(
    `select name, list_id as "listId" from published_list where id = $1 and library_id in (select scope()) and (state = 'stopped' or (state = 'ending' and failures > 0))`, [publishedId]);
  return list && { title: `A list is not kept up: ${list.name}`, body: `The network takes nothing more for the list “${list.name}” until somebody looks.`, path: `/follow-lists/${list.listId}` };
};

const ofMention = async (tx: Tx, { conversationId, by, actorIds }: Occasion & { readonly what: 'mentioned' }): Promise<NoticeWords | undefined> => {
  const names = await namesOf(tx, [by, ...actorIds]);
  const mentioned = actorIds.flatMap((id) => names.get(id) ?? []);
  if (mentioned.length === 0) return undefined;
  const who = mentioned.join(', ');
  const colleague = names.get(by) ?? 'A colleague';
  return {
    title: `In a note: ${who}`, body: `${colleague} wrote a note on a conversation for ${who}.`, path: `/conversations/${conversationId}`,
    toYou: { title: `${colleague} mentioned you`, body: `${colleague} wrote a note for you on a conversation.` },
  };
};

const ofAssignment = async (tx: Tx, { conversationId, by, to }: Occasion & { readonly what: 'assigned' }): Promise<NoticeWords | undefined> => {
  const still = await tx.query('select 1 from conversation where id = $1 and library_id in (select scope()) and assignee_id = $2', [conversationId, to]);
  const names = await namesOf(tx, [by, to]);
  const name = names.get(to);
  if (still.length === 0 || name === undefined) return undefined;
  const colleague = names.get(by) ?? 'A colleague';
  return {
    title: `For ${name}`, body: `${colleague} gave ${name} a conversation.`, path: `/conversations/${conversationId}`,
    toYou: { title: `${colleague} gave you a conversation`, body: `${colleague} gave you a conversation: it is yours to answer.` },
  };
};

const ofHandOver = async (tx: Tx, { conversationId, by, to }: Occasion & { readonly what: 'handed-over' }): Promise<NoticeWords | undefined> => {
  const names = await namesOf(tx, to === null ? [by] : [by, to]);
  const [colleague, name] = [names.get(by) ?? 'A colleague', to === null ? 'your library' : names.get(to)];
  if (name === undefined) return undefined;
  const path = `/conversations/${conversationId}`;
  return {
    title: to === null ? 'Handed over to your library' : `Handed over to ${name}`, body: `${colleague} handed a conversation over to ${name}.`, path,
    ...(to === null ? {} : { toYou: { title: `${colleague} handed over to you`, body: `${colleague} handed a conversation over to you.` } }),
  };
};

const ofApproval = async (tx: Tx, occasion: Occasion & { readonly what: 'approval' | 'approval-late' }): Promise<NoticeWords | undefined> => {
  const [reply] = await tx.query<{ name: string | null; isOwnPost: boolean }>(
    `select p.name, r.to_post_id is null as "isOwnPost" from reply r left join person p on p.actor_id = coalesce(r.written_by, r.drafted_by) where r.id = $1 and r.library_id in (select scope()) and r.state = 'in_review'`, [occasion.replyId]);
  if (reply === undefined) return undefined;
  const [writer, words, path] = [reply.name ?? 'A program', reply.isOwnPost ? 'post' : 'reply', `/conversations/${occasion.conversationId}`];
  return occasion.what === 'approval'
    ? { title: 'A draft waits for its approval', body: `${writer} wrote a ${words} that somebody has to approve before it is sent.`, path }
    : { title: 'A draft still waits for its approval', body: `Nobody has approved the ${words} that ${writer} wrote. You stand in for those who approve.`, path };
};

const ofAnswer = async (tx: Tx, conversationId: string): Promise<NoticeWords | undefined> => {
  const [{ begun } = { begun: false }] = await tx.query<{ begun: boolean | null }>(
    `select bool_and(r.to_post_id is null) as begun from reply r where r.conversation_id = $1 and r.library_id in (select scope()) and r.state = 'sent'`, [conversationId]);
  const body = begun === true ? 'Somebody wrote under what you posted: the conversation is open.' : 'Whom you answered has written again: the conversation is open.';
  return ofConversation(tx, conversationId, { title: 'Somebody answered you', body });
};

const ofConversation = async (tx: Tx, id: string, words: { readonly title: string; readonly body: string }): Promise<NoticeWords | undefined> => {
  const [conversation] = await tx.query('select 1 from conversation where id = $1 and library_id in (select scope()) and hidden_at is null and merged_into is null', [id]);
  return conversation === undefined ? undefined : { ...words, path: `/conversations/${id}` };
};

const ofStop = async (tx: Tx, stopId: string): Promise<NoticeWords | undefined> => {
  const [stop] = await tx.query<{ what: StopKind; byName: string; why: string; libraryId: string | null }>(
    'select what, by_name as "byName", why, library_id as "libraryId" from stop where id = $1 and resumed_at is null', [stopId]);
  if (stop === undefined) return undefined;
  const title = { listening: 'Listening is stopped', sending: 'Sending is stopped', all: 'Everything is stopped' }[stop.what];
  return { title, body: `${stopInWords(stop)} It goes on once somebody resumes it.`, path: stop.libraryId === null ? '/' : `/libraries/${stop.libraryId}` };
};

const namesOf = async (tx: Tx, actorIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ id: string; name: string }>('select actor_id as id, name from person where actor_id = any($1::uuid[])', [actorIds]);
  return new Map(rows.map(({ id, name }) => [id, name]));
};
