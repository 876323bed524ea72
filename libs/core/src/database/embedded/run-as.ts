import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, stat } from 'node:fs/promises';
import { StartError } from '../../errors/start.error.js';

/** How PostgreSQL's programs are started, given who Earshot runs as: PostgreSQL refuses to run as root. */
export interface RunAs {
  /** For the log: "as uid 65534". */
  readonly description: string;
  /** The process started is the program itself (every wrapper here replaces itself), so its pid can be signalled. */
  spawn(program: string, args: readonly string[], options?: Pick<SpawnOptions, 'stdio' | 'detached' | 'cwd'>): ChildProcess;
  /** Makes a file or directory of ours one of PostgreSQL's. */
  giveTo(path: string): Promise<void>;
}

export interface RunAsQuestion {
  /** The user id Earshot runs as. */
  uid: number;
  /** A program to try the way with. */
  probe: string;
  /** A directory of ours in which PostgreSQL must be able to work; it exists. */
  directory: string;
  /** Who owns the cluster, if there is one already. */
  owner?: { uid: number; gid: number } | undefined;
}

interface Account {
  uid: number;
  gid: number;
}

/** Locale and preload settings of the caller's shell must not decide what a cluster is. */
const CLEAN_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds a way to run PostgreSQL's programs here.
 *
 * A plain user runs them as itself. Root uses, in this order: the user who owns an existing cluster; a user namespace, in which root's own
 * files belong to a user who is not root (works in a private folder, leaves every file root's); an unprivileged user of this machine, who
 * gets no more than the cluster, with leave to walk through private folders where `setpriv` can give it.
 *
 * @throws {StartError} ROOT_REFUSED when root finds no way; DATA_NOT_USABLE when the cluster is another user's
 */
export async function chooseRunAs(question: RunAsQuestion): Promise<RunAs> {
  const { uid, owner } = question;
  if (uid !== 0) {
    if (owner === undefined || owner.uid === uid) return asMyself();
    throw new StartError('DATA_NOT_USABLE', `The database in ${question.directory} belongs to user ${owner.uid}, but Earshot runs as user ${uid}.`, `Run Earshot as that user, or give the folder to yourself: chown -R ${uid} ${question.directory}`);
  }
  const accounts = await unprivilegedAccounts();
  const ways = owner !== undefined && owner.uid !== 0 ? droppedTo(owner) : [...accounts.slice(0, 1).map(inUserNamespace), ...accounts.flatMap(droppedTo)];
  for (const way of ways) if (await works(way, question)) return way;
  throw new StartError('ROOT_REFUSED', 'Earshot runs as root, as which PostgreSQL refuses to run, and no other user could be made to run it here.', 'Run Earshot as an ordinary user; or install util-linux (unshare, setpriv); or set EARSHOT_DATA to a folder that all users can reach, such as /var/lib/earshot; or set DATABASE_URL to your own PostgreSQL.');
}

function asMyself(): RunAs {
  return {
    description: 'as this user',
    spawn: (program, args, options) => spawn(program, args, { ...options, env: CLEAN_ENVIRONMENT }),
    giveTo: async () => {},
  };
}

/** initdb looks the user up by number, so the number inside must be one that /etc/passwd knows. */
export function inUserNamespace({ uid, gid }: Account): RunAs {
  return {
    description: `in a user namespace, as uid ${uid}`,
    spawn: (program, args, options) => spawn('unshare', ['--user', `--map-user=${uid}`, `--map-group=${gid}`, '--', program, ...args], { ...options, env: CLEAN_ENVIRONMENT }),
    giveTo: async () => {},
  };
}

export function droppedTo({ uid, gid }: Account): [RunAs, RunAs] {
  const giveTo = (path: string): Promise<void> => chown(path, uid, gid);
  // access(2), by which initdb looks for its postgres, counts the capability only with that securebit (faccessat in Linux's fs/open.c).
  const capability = '+dac_read_search';
  return [
    {
      description: `as uid ${uid}`,
      spawn: (program, args, options) => spawn(program, args, { ...options, uid, gid, env: CLEAN_ENVIRONMENT }),
      giveTo,
    },
    {
      description: `as uid ${uid}, who may read private folders`,
      spawn: (program, args, options) =>
        spawn('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup', `--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--', program, ...args], { ...options, env: CLEAN_ENVIRONMENT }),
      giveTo,
    },
  ];
}

/** PostgreSQL's own user first, then the ones that every system has. */
async function unprivilegedAccounts(): Promise<Account[]> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = new Map(passwd.split('\n').map((line) => line.split(':')).map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]));
  return ['postgres', 'nobody', 'daemon'].map((name) => accounts.get(name)).filter((account) => account !== undefined && account.uid > 0) as Account[];
}

async function works(way: RunAs, { probe, directory }: RunAsQuestion): Promise<boolean> {
  return (await succeeds(way, probe, ['--version'])) && (await succeeds(way, '/bin/sh', ['-c', 'cd "$1"', 'sh', directory]));
}

async function succeeds(way: RunAs, program: string, args: readonly string[]): Promise<boolean> {
  try {
    const [code] = (await once(way.spawn(program, args, { stdio: 'ignore' }), 'exit')) as [number | null];
    return code === 0;
  } catch {
    // No such tool, or no right to become that user: Node throws the one at once and reports the other later.
    return false;
  }
}

/** Who owns `path`; undefined if it does not exist. */
export async function ownerOf(path: string): Promise<Account | undefined> {
  return stat(path).then(({ uid, gid }) => ({ uid, gid }), () => undefined);
}
