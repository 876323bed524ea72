import type { Client } from 'pg';
import { type Checked, counted, named, ok, warn } from './checked.js';

const names = async (owner: Client, sql: string): Promise<readonly string[]> => (await owner.query<{ name: string }>(sql)).rows.map(({ name }) => name);

/** How accounts, channels and replies do: what staff see of their own libraries, of all at once and without a word that anybody wrote. */
export const checkListening = async (owner: Client): Promise<readonly Checked[]> => [
  await checkAccounts(owner),
  ...(await checkChannels(owner)),
  await checkGaps(owner),
  await checkDeadLetters(owner),
  await checkReplies(owner),
];

const checkAccounts = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ name: string; health: string }>(`select name, health from account where removed_at is null and state = 'on' order by id`);
  const signIn = rows.filter(({ health }) => health === 'sign-in-again').map(({ name }) => name);
  const ill = rows.filter(({ health }) => health === 'troubled' || health === 'failed').map(({ name }) => name);
  if (signIn.length > 0) return warn('accounts', `Somebody has to sign in again to: ${named(signIn)}.${ill.length > 0 ? ` Not well besides: ${named(ill)}.` : ''}`, 'Sign in; the account says by which page.');
  if (ill.length > 0) return warn('accounts', `Not well: ${named(ill)}.`, 'Each says in words what is wrong: look at it in the dashboard.');
  return ok('accounts', `${counted(rows.length, 'account is', 'accounts are')} on, and none says that it is ill.`);
};

const alive = `from channel c join account a on a.id = c.account_id where c.removed_at is null and a.removed_at is null and a.state = 'on'`;
const channel = `left(a.name, 60) as name`;

const checkChannels = async (owner: Client): Promise<readonly Checked[]> => {
  const { rows } = await owner.query<{ count: number }>(`select count(*)::int as count ${alive}`);
  const stopped = await names(owner, `select ${channel} ${alive} and c.state in ('quarantined', 'stopped') order by c.id`);
  const late = await names(owner, `select ${channel} ${alive} and c.state not in ('quarantined', 'stopped') and c.next_at < now() - interval '5 minutes' and (c.lease_until is null or c.lease_until < now()) and c.library_id not in (select stopped_libraries('listening')) order by c.id`);
  return [
    stopped.length === 0 ? ok('channels', `None of ${counted(rows[0]?.count ?? 0, 'channel', 'channels')} is set aside or stopped.`) : warn('channels', `${counted(stopped.length, 'channel is', 'channels are')} set aside or stopped, of: ${named([...new Set(stopped)])}.`, 'Each says why; mend that, and let it try again.'),
    late.length === 0 ? ok('lateness', 'No channel that is due waits for somebody to read it.') : warn('lateness', `${counted(late.length, 'channel is', 'channels are')} due for more than five minutes and nobody reads them, of: ${named([...new Set(late)])}.`, 'Does a process with the role listen run? If it does, is it at its limit?'),
  ];
};

const checkGaps = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ count: number }>(`select count(*)::int as count from coverage_gap g join channel c on c.id = g.channel_id where g.state in ('open', 'partly-closed') and c.removed_at is null`);
  const count = rows[0]?.count ?? 0;
  return count === 0 ? ok('gaps', 'No gap in what was heard is open.') : warn('gaps', `${counted(count, 'gap in what was heard is', 'gaps in what was heard are')} open.`, 'The coverage of each channel says from when to when, and why.');
};

const checkDeadLetters = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ kinds: number; plugins: string[] | null }>(
    `select count(*)::int as kinds, array_agg(distinct a.plugin) as plugins from dead_letter d join channel c on c.id = d.channel_id join account a on a.id = c.account_id where d.last_at > now() - interval '7 days'`,
  );
  const { kinds, plugins } = rows[0] ?? { kinds: 0, plugins: [] };
  if (kinds === 0) return ok('dead letters', 'Nothing unreadable came in within a week.');
  return warn('dead letters', `${counted(kinds, 'kind of thing', 'kinds of things')} that came in within a week could not be read, by: ${(plugins ?? []).join(', ')}.`, 'They are kept as shape and hash; where they grow, tell the authors of the plugin.');
};

const checkReplies = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ unknown: number; failed: number; stuck: number }>(
    `select (count(*) filter (where state = 'unknown'))::int as unknown, (count(*) filter (where state = 'failed' and changed_at > now() - interval '7 days'))::int as failed,
       (count(*) filter (where state = 'approved' and due_at < now() - interval '10 minutes' and library_id not in (select stopped_libraries('sending'))))::int as stuck from reply`,
  );
  const { unknown, failed, stuck } = rows[0] ?? { unknown: 0, failed: 0, stuck: 0 };
  const said = [
    unknown > 0 && `of ${counted(unknown, 'reply nobody knows whether it arrived', 'replies nobody knows whether they arrived')}`, failed > 0 && `${counted(failed, 'reply', 'replies')} failed within a week`,
    stuck > 0 && `${counted(stuck, 'approved reply is due for ten minutes and was', 'approved replies are due for ten minutes and were')} not sent`,
  ].filter((words): words is string => words !== false);
  if (said.length === 0) return ok('replies', 'No reply failed within a week, none is in doubt, none waits too long.');
  return warn('replies', `${said.join('; ').replace(/^./, (first) => first.toUpperCase())}.`, `Staff decide about those in doubt and those that failed.${stuck > 0 ? ' Does a process with the role work run?' : ''}`);
};
