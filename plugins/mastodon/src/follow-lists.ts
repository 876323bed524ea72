import type { FollowLists, Target } from '@earshot/plugin-sdk';
import { RemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { ask, callerOf, demandSuccess, getIfKnown, linkIn, read } from './client.js';
import { accountSchema, remoteListSchema } from './documents.js';
import { rememberAccountId } from './local-ids.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { targetOf } from './resolve.js';
import { ourRef } from './us.js';
import { change, FOLLOWING, makingWith, writingOf } from './write-lists.js';

/** What the host takes of one list. */
const MAX_MEMBERS = 20_000;

async function* members(list: string, ctx: MastodonCtx): AsyncGenerator<Target> {
  const caller = callerOf(ctx);
  const host = hostOf(ctx);
  const path = list === FOLLOWING ? `/api/v1/accounts/${encodeURIComponent((await ourRef(ctx)).local?.id ?? '')}/following` : `/api/v1/lists/${encodeURIComponent(list.replace(/^list /, ''))}/accounts`;
  const told = new Set<string>();
  // The ids by which these pages are turned are told in their Link header alone.
  let page: string | undefined = new URL(`${path}?limit=80`, ctx.settings.server).href;
  for (const visited = new Set<string>(); page !== undefined && !visited.has(page) && told.size < MAX_MEMBERS && !ctx.abort.aborted; ) {
    visited.add(page);
    const answer = demandSuccess(await ask(page, caller), caller);
    const accounts = read(z.array(z.unknown()), answer, caller).flatMap((raw) => accountSchema.safeParse(raw).data ?? []);
    for (const account of accounts) {
      const target = targetOf(account, host);
      if (told.has(target.key) || told.size >= MAX_MEMBERS) continue;
      told.add(target.key);
      await rememberAccountId(target.key, account.id, ctx);
      yield target;
    }
    page = linkIn(answer.headers, 'next', caller);
  }
  if (ctx.abort.aborted) throw new RemoteError('unreachable', `The list was not read to its end on ${host}.`, { host });
}

/** What the library's account follows, and its lists; both are seen by that account alone, where it does not show whom it follows. Written where staff let it. */
export const mastodonLists: FollowLists<MastodonCtx> = {
  lists: async (ctx) => {
    const lists = (await getIfKnown('/api/v1/lists', z.array(remoteListSchema), callerOf(ctx))) ?? [];
    const writing = await writingOf(ctx);
    const written = writing === undefined ? {} : { writing };
    return [{ id: FOLLOWING, name: 'Whom our account follows', public: writing?.public ?? true, ...written }, ...lists.map(({ id, title }) => ({ id: `list ${id}`, name: title.slice(0, 500), public: false, ...written }))];
  },
  members,
  change,
  making: makingWith(members),
};
