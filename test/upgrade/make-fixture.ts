/**
 * `npm run fixture -- 0.1.0`: keeps the database of a release, for the tests of upgrades, as test/upgrade/fixtures/<version>.sql.gz.
 *
 * The release's own program fills it: it hears the practice town, its staff answer, tidy up, import and erase, and it is killed at work. Needs the
 * release's tag, and Debian's postgresql-15.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg, { type Client } from 'pg';
import { EarshotProcess } from '../e2e/earshot-process.js';
import { startDebianPostgres } from './debian-postgres.js';
import { fixtureKey } from './fixtures.js';
import { ReleaseDesk } from './release-desk.js';
import { unpackRelease } from './release.js';

interface Installation { readonly folder: string; readonly program: readonly string[]; readonly url: string; readonly owner: Client }
interface SignIn { readonly email: string; readonly password: string }

const start = ({ folder, program, url }: Installation, words: readonly string[], settings: Readonly<Record<string, string>>): EarshotProcess =>
  new EarshotProcess(words, { DATABASE_URL: url, EARSHOT_DATA: join(folder, 'data'), EARSHOT_KEY: fixtureKey.toString('base64'), ...settings }, folder, program);

/** The town is heard, and everything that needs somebody who sends is done. Killed while a reply is on its way, which the town has already. */
const workDay = async (installation: Installation): Promise<SignIn> => {
  const earshot = start(installation, ['demo'], { EARSHOT_UNDO_SECONDS: '0' });
  const [, url = '', email = '', password = ''] = await earshot.until(/API is at (\S+)\/graphql[^]*?Sign in at \S+ as (\S+) with (\S+)/);
  const desk = await ReleaseDesk.open(url, { email, password }, installation.owner);
  await tidyUp(desk);
  await bringIn(desk);
  await desk.approveUntil('sent', 'We have just the book for that, on the shelf by the window.');
  await desk.fault('rejects');
  await desk.approveUntil('failed', 'The town refuses this one.');
  await desk.fault('never-answers');
  await desk.approveUntil('unknown', 'Nobody knows whether this one is there.');
  await desk.fault('answers-late');
  const sending = await desk.approve('This one is there, and we were not told.');
  await desk.until('the town having it', `select 1 from reply r join plugin_store s using (account_id) where r.id = $1 and r.state = 'sending' and s.value::text like '%' || r.key || '%'`, [sending]);
  await earshot.kill();
  return { email, password };
};

const tidyUp = async (desk: ReleaseDesk): Promise<void> => {
  const change = '__typename ... on UserError { message }';
  const { id } = desk.next();
  await desk.act(`mutation($c: ID!) { addNote(conversationId: $c, body: "She asked at the desk as well.") { ${change} } }`, { c: id }, 'Conversation');
  await desk.act(`mutation($c: ID!) { tag(conversationId: $c, name: "permits") { ${change} } }`, { c: id }, 'Conversation');
  await desk.act(`mutation($c: ID!) { claim(conversationId: $c) { ${change} } }`, { c: id }, 'Conversation');
  await desk.act(`mutation($c: ID!) { close(conversationId: $c, outcome: helped, unmetNeed: "an evening course") { ${change} } }`, { c: desk.next().id }, 'Conversation');
  await desk.act('mutation($p: ID!) { erasePerson(profileId: $p) { id } }', { p: desk.next().author });
};

const bringIn = async (desk: ReleaseDesk): Promise<void> => {
  const { library } = desk.next();
  await desk.act(`mutation($l: ID!) { createSavedSearch(libraryId: $l, name: "Cellars", text: "cellar OR basement", does: raise, category: topic, reason: "asked for often") { __typename ... on UserError { message } } }`, { l: library }, 'SavedSearch');
  const id = await beginImport(desk, library, 'Clubs', '@river91fm\n@ashfordparks\n@nobodyhere');
  await desk.until('the import being looked up', `select 1 from follow_import where id = $1 and state = 'ready'`, [id]);
  await desk.act('mutation($i: ID!) { applyFollowImport(importId: $i) { id } }', { i: id });
  await desk.until('the import being applied', `select 1 from follow_import where id = $1 and state = 'applied'`, [id]);
};

const beginImport = async (desk: ReleaseDesk, library: string, list: string, text: string): Promise<string> => {
  const { id: listId } = await desk.act<{ id: string }>('mutation($l: ID!, $n: String!) { createFollowList(libraryId: $l, name: $n) { __typename ... on FollowList { id } ... on UserError { message } } }', { l: library, n: list }, 'FollowList');
  const { id } = await desk.act<{ id: string }>('mutation($l: ID!) { startFollowImport(listId: $l, name: "pasted") { id } }', { l: listId });
  await desk.act('mutation($i: ID!, $t: String!) { addToFollowImport(importId: $i, text: $t) { id } }', { i: id, t: text });
  await desk.act('mutation($i: ID!) { readFollowImport(importId: $i, reason: "brought along", category: organisation) { __typename ... on UserError { message } } }', { i: id }, 'FollowImport');
  return id;
};

/** What waits: replies that nobody sent yet, an import and its job that nobody began, an account with a secret that is turned off. */
const evening = async (installation: Installation, signIn: SignIn): Promise<void> => {
  const earshot = start(installation, ['start'], { EARSHOT_UNDO_SECONDS: '3600', EARSHOT_ROLES: 'api' });
  const [, url = ''] = await earshot.until(/listens at (\S+)/);
  const desk = await ReleaseDesk.open(url, signIn, installation.owner);
  await desk.fault('none');
  await desk.approve('This one goes out tomorrow.');
  await desk.draft('Not finished yet');
  const { id: submitted } = await desk.draft('Please look at this one.');
  await desk.act('mutation($r: ID!) { submitReply(id: $r) { __typename } }', { r: submitted }, 'Reply');
  const { id: withdrawn } = await desk.draft('Better not.');
  await desk.act('mutation($r: ID!) { withdrawReply(id: $r) { __typename } }', { r: withdrawn }, 'Reply');
  const { library } = desk.next();
  await beginImport(desk, library, 'Papers', '@ashfordcourier');
  const { id: account } = await desk.act<{ id: string }>('mutation($l: ID!, $s: String!) { createAccount(input: { libraryId: $l, name: "Elsewhere", plugin: "mastodon", settings: $s }) { id } }', { l: library, s: '{"server": "https://mastodon.example"}' });
  await desk.act('mutation($a: ID!, $s: String!) { putAccountSecrets(accountId: $a, secrets: $s) { id } }', { a: account, s: '{"accessToken": "a token of long ago"}' });
  await desk.act('mutation($a: ID!) { turnAccount(accountId: $a, state: off) { id } }', { a: account });
  await earshot.kill();
};

const states = ['approved', 'draft', 'failed', 'in_review', 'sending', 'sent', 'unknown', 'withdrawn'];

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('which release? npm run fixture -- 0.1.0');
const folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-fixture-')));
try {
  const program = await unpackRelease(version, join(folder, 'program'));
  const postgres = await startDebianPostgres(folder);
  const owner = new pg.Client(postgres.url);
  await owner.connect();
  try {
    const installation = { folder, program, url: postgres.url, owner };
    await evening(installation, await workDay(installation));
    const { rows } = await owner.query<{ state: string }>('select distinct state from reply order by 1');
    if (rows.map(({ state }) => state).join() !== states.join()) throw new Error(`replies in ${rows.map(({ state }) => state).join(', ')} only`);
    const file = new URL(`fixtures/${version}.sql.gz`, import.meta.url);
    // Leases name the machine, which is nobody's business.
    const packed = gzipSync((await postgres.dump()).replaceAll(new RegExp(`\\b${RegExp.escape(hostname())}(?=:\\d+:)`, 'g'), 'old-machine'), { level: 9 });
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, packed);
    console.log(`${file.pathname}: ${packed.length} bytes`);
  } finally {
    await owner.end();
    await postgres.stop();
  }
} finally {
  await rm(folder, { recursive: true, maxRetries: 10 });
}
