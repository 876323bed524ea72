import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ownAddress } from '@earshot/core/config';
import { MailServer, whyNoPush } from '@earshot/core/notices';
import { type Silence, silenceSql } from '@earshot/core/plugins';
import { StopAdministration, stopInWords } from '@earshot/core/stops';
import type { Client } from 'pg';
import { type Checked, counted, fail, named, ok, warn } from './checked.js';

/** Longer than the two seconds that the process takes at most. */
const answerMs = 5_000;

/** What the process that runs here says of itself. */
export const checkReadiness = async ({ http: { host, port } }: Config): Promise<Checked> => {
  const at = `${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    const answer = await fetch(`http://${at}/health/ready`, { redirect: 'manual', signal: AbortSignal.timeout(answerMs) });
    const { status, reasons = [], remarks = [] } = (await answer.json()) as { readonly status?: string; readonly reasons?: readonly string[]; readonly remarks?: readonly string[] };
    if (status === 'ready') return remarks.length === 0 ? ok('readiness', `The Earshot at ${at} is ready.`) : warn('readiness', remarks.join(' '), 'Start it anew.');
    if (status === 'not-ready') return fail('readiness', `The Earshot at ${at} is not ready: ${reasons.join(' ')}`, 'See what stands beside this; where a loop stands still, start it anew and tell us what the log says.');
  } catch {
    // Told as any answer is that an Earshot does not give.
  }
  return warn('readiness', `What answers at ${at} does not say how it does.`, 'Is it another program, or an older Earshot? See EARSHOT_PORT.');
};

/** Without the address, which is a secret. */
export const checkHeartbeat = ({ monitoring }: Config): Checked =>
  ok('heartbeat', monitoring.heartbeatUrl === undefined ? 'Nobody is called while all is well: EARSHOT_HEARTBEAT_URL is not set.' : 'A monitor is called every minute while all is well.');

/** Whether the mail server takes us: nothing is sent. Its words may name a user, and never hold a password. */
export const checkMail = async ({ mail }: Config): Promise<Checked> => {
  if (mail === undefined) return ok('mail', 'Nobody is told by mail: EARSHOT_SMTP_URL is not set.');
  const server = new MailServer(mail.url, mail.from);
  const problem = await server.problem();
  if (problem === undefined) return ok('mail', `The mail server ${server.host} takes us.`);
  return warn('mail', `The mail server ${server.host} does not take us: ${problem}`, 'Mails wait for two days. See EARSHOT_SMTP_URL: host, port, user and password, and smtps:// where it is encrypted from the first byte.');
};

/** In a row: more than a push service that is away for a quarter of an hour has. */
const manyFailures = 7;

/** Whether browsers can be told, and whether their push services take it. Nothing is sent. */
export const checkPush = async (owner: Client, { http }: Config): Promise<Checked> => {
  const missing = whyNoPush(ownAddress(http));
  if (missing !== undefined) return ok('push', missing);
  const { rows } = await owner.query<{ host: string; browsers: number; failing: number }>(
    'select host, count(*)::int as browsers, (count(*) filter (where failures >= $1))::int as failing from push_subscription group by host order by 3 desc, host', [manyFailures]);
  const failing = rows.filter((row) => row.failing > 0).map((row) => `${row.host} (${row.failing} of ${row.browsers})`);
  if (failing.length > 0) return warn('push', `Nothing was taken for browsers of staff, ${manyFailures} times in a row or more, by: ${named(failing)}.`, 'Is this host reached from here, by https? Each person sees under `pushSubscriptions` what it answered.');
  const browsers = rows.reduce((sum, row) => sum + row.browsers, 0);
  return ok('push', browsers === 0 ? 'Browsers can be told, and none is subscribed.' : `${counted(browsers, 'browser of staff is', 'browsers of staff are')} told.`);
};

/** The hashes of who was erased, beside the database. */
export const checkSuppressed = async (owner: Client, { dataDirectory }: Config): Promise<Checked> => {
  const path = join(dataDirectory, 'suppressed');
  const { rows } = await owner.query<{ erased: number }>(`select count(*)::int as erased from suppression where until is null`);
  const erased = rows[0]?.erased ?? 0;
  const there = await stat(path).catch(() => undefined);
  if (there === undefined)
    return erased === 0 ? ok('suppressed', 'Nobody was erased yet.') : warn('suppressed', `${path} is not there, and the database knows of who was erased.`, 'The next start writes it. Is EARSHOT_DATA the folder that it was?');
  if (!(await access(path, constants.R_OK | constants.W_OK).then(() => true, () => false))) return fail('suppressed', `This user may not read and write ${path}.`, 'Give it to the user that Earshot runs as: without it whoever was erased comes back with an old backup.');
  return ok('suppressed', `${path} can be read and written.`);
};

export const checkLiving = async (owner: Client): Promise<readonly Checked[]> => [await checkStops(owner), await checkLastHeard(owner), await checkJobs(owner), await checkSize(owner)];

const checkStops = async (owner: Client): Promise<Checked> => {
  const stops = await new StopAdministration(owner).list();
  if (stops.length === 0) return ok('stops', 'Nobody has stopped anything.');
  return warn('stops', stops.map((stop) => `${stop.handle ?? 'The whole installation'}, since ${stop.stoppedAt.toISOString().slice(0, 16)}Z: ${stopInWords(stop)}`).join('\n'), '`earshot resume` goes on, with --library where it was stopped for one.');
};

const minutesSince = ({ since }: Silence): number => Math.round((Date.now() - since.getTime()) / 60_000);

const checkLastHeard = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<Silence>(`select * from (${silenceSql}) s order by s.since`);
  const late = rows.filter((row) => row.late);
  if (late.length > 0) return warn('last heard', `Nothing was heard for long by: ${named(late.map((row) => `${row.name} (${minutesSince(row)} min)`))}.`, '`earshot coverage` says why. Does a process with the role listen run?');
  const oldest = rows.find(({ heard }) => heard);
  return ok('last heard', oldest === undefined ? 'No account has heard anything yet.' : `Every account was heard within the last ${Math.max(1, minutesSince(oldest))} min.`);
};

const checkJobs = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ kind: string; failed: number; minutes: number }>(
    `select name as kind, (count(*) filter (where state = 'failed'))::int as failed,
       coalesce(max(extract(epoch from now() - start_after) / 60) filter (where state in ('created', 'retry')), 0)::int as minutes
     from pgboss.job_common where name not like '\\_\\_pgboss%' and state in ('created', 'retry', 'failed') group by name order by name`);
  const failed = rows.filter((row) => row.failed > 0).map((row) => `${row.kind} (${row.failed})`);
  const waiting = rows.filter(({ minutes }) => minutes >= 10).map(({ kind, minutes }) => `${kind} (${minutes} min)`);
  if (failed.length + waiting.length === 0) return ok('jobs', 'No job failed for good within a week, and none has waited for ten minutes.');
  const said = [failed.length > 0 && `failed for good within a week: ${named(failed)}`, waiting.length > 0 && `due for ten minutes and not begun: ${named(waiting)}`].filter((words): words is string => words !== false).join('; ');
  return warn('jobs', `${said.replace(/^./, (first) => first.toUpperCase())}.`, `The log says why they failed; administrators let them run once more by \`retryJob\`.${waiting.length > 0 ? ' Does a process with the role work run?' : ''}`);
};

const checkSize = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  return ok('database size', `The database takes ${(Number(rows[0]?.bytes ?? 0) / 1e9).toFixed(2)} GB.`);
};
