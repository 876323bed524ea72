/**
 * A {@link LiveServer} as a process of its own, as for a bench with many of them:
 * `node --import <project>/test/support/typescript-source.mjs live-server-process.ts [mastodon|goToSocial]`. Its first line on stdout is
 * `{"origin","token"}`; each line on stdin is a command: `{"say":{"acct","content","tags"}}` tells a status of now, `{"do":"close"}` does to
 * its streams what their methods do. It ends with its stdin.
 */
import { createInterface } from 'node:readline';
import { anAccount, idAt, type Json } from './documents.js';
import { TOKEN } from './fake-server.js';
import * as habits from './habits.js';
import { LiveServer } from './live-server.js';

interface Command {
  readonly say?: { readonly acct: string; readonly content: string; readonly tags?: readonly string[] };
  readonly do?: 'close' | 'end' | 'forget';
}

const live = await LiveServer.start(process.argv[2] === 'goToSocial' ? habits.goToSocial : habits.mastodon);
const people = new Map<string, Json>();
let said = 0;

const somebody = (acct: string): Json => {
  const known = people.get(acct) ?? anAccount(acct, String(1_000 + people.size));
  if (!people.has(acct)) live.town.accounts.push(known);
  people.set(acct, known);
  return known;
};

process.stdout.write(`${JSON.stringify({ origin: live.origin, token: TOKEN })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  const at = new Date().toISOString();
  if (command.say !== undefined) live.say(somebody(command.say.acct), at, command.say.content, { id: idAt(at, (said += 1) % 65_536), tags: (command.say.tags ?? []).map((name) => ({ name, url: `${live.origin}/tags/${name}` })) });
  if (command.do !== undefined) live.streams[command.do]();
}
await live.stop();
