import type { Ref } from '@earshot/plugin-sdk';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Caller, callerOf, getIfKnown } from './client.js';
import { searchSchema, type StatusDocument } from './documents.js';
import { isStatus, readStatus } from './map-status.js';
import { hostOf, type MastodonCtx } from './settings.js';

const storeKey = (key: string): string => `account.${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`;

/** What the server finds under an address or a handle; it looks elsewhere for what it does not know yet. */
export const search = async (text: string, type: 'accounts' | 'statuses', caller: Caller): Promise<z.output<typeof searchSchema>> =>
  (await getIfKnown('/api/v2/search', searchSchema, caller, { q: text, type, resolve: 'true', limit: '5' })) ?? { accounts: [], statuses: [] };

/** The statuses of a search, without what cannot be read. */
export const foundStatuses = ({ statuses }: z.output<typeof searchSchema>): readonly StatusDocument[] => statuses.map(readStatus).filter(isStatus);

/**
 * What the server calls the account with this key (its global id, or `host/id`); `undefined` where the server does not know it.
 * Kept in the account's store, since it is asked with every reading.
 */
export const accountIdOf = async (key: string, ctx: MastodonCtx): Promise<string | undefined> => {
  const own = `${hostOf(ctx)}/`;
  if (key.startsWith(own)) return key.slice(own.length);
  if (!/^https?:\/\//i.test(key)) return undefined;
  const kept = z.string().safeParse(await ctx.store.get(storeKey(key)));
  if (kept.success) return kept.data;
  const { accounts } = await search(key, 'accounts', callerOf(ctx));
  const id = accounts.find(({ uri, url }) => uri === key || url === key)?.id;
  if (id !== undefined) await ctx.store.set(storeKey(key), id);
  return id;
};

/** Spares a search: whoever was found while a person typed is read under that id. */
export const rememberAccountId = (key: string, id: string, ctx: MastodonCtx): Promise<void> =>
  /^https?:\/\//i.test(key) ? ctx.store.set(storeKey(key), id) : Promise.resolve();

/** What the server calls a post; asks where the ref has another server's name for it, or none. */
export const statusIdOf = async (ref: Ref, ctx: MastodonCtx): Promise<string | undefined> => {
  if (ref.local?.host === hostOf(ctx)) return ref.local.id;
  if (ref.id === undefined || !/^https?:\/\//i.test(ref.id)) return undefined;
  return foundStatuses(await search(ref.id, 'statuses', callerOf(ctx))).find(({ uri }) => uri === ref.id)?.id;
};
