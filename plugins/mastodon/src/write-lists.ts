import { isRemoteError, type ListMaking, type ListWriting, type MemberChanged, RemoteError, type Target } from '@earshot/plugin-sdk';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ask, callerOf, demandSuccess, get, getIfKnown, isGone } from './client.js';
import { collectionsSchema, relationSchema, remoteListSchema } from './documents.js';
import { accountIdOf } from './local-ids.js';
import { errorOfStatus } from './remote-errors.js';
import { type Relation, relationsTo } from './relations.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { explained, ourRef } from './us.js';

/** Whom our account follows; every other list is `list <id>`. */
export const FOLLOWING = 'following';
const idOf = (list: string): string => list.replace(/^list /, '');
const pathOf = (list: string): string => `/api/v1/lists/${encodeURIComponent(idOf(list))}`;
const short = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Whether staff let it, and the token does. A token that was pasted is believed, and refused by the server if it must be. */
export const mayWrite = ({ settings, secrets }: MastodonCtx): boolean => {
  const scopes = secrets.read().scope?.split(/\s+/);
  const has = (...any: readonly string[]): boolean => scopes === undefined || any.some((scope) => scopes.includes(scope));
  return settings.followThere && has('write', 'write:follows', 'follow') && has('write', 'write:lists');
};

/** How it is seen that we put somebody onto a list; undefined where we may not. Whoever is listed is followed first, and of that everybody knows unless the account hides it. */
export const writingOf = async (ctx: MastodonCtx): Promise<ListWriting | undefined> => {
  if (!mayWrite(ctx)) return undefined;
  const us = await get('/api/v1/accounts/verify_credentials', collectionsSchema, callerOf(ctx));
  return { public: (us.source?.hide_collections ?? us.hide_collections ?? us.pleroma?.hide_follows) !== true, told: true };
};

const requireWriting = (ctx: MastodonCtx): void => {
  if (!mayWrite(ctx)) throw new RemoteError('rejected', "The account may not follow anybody there: turn that on in the account's settings (followThere), and sign in again.", { host: hostOf(ctx) });
};

/**
 * That we follow somebody there because of Earshot. `asking` is written before the server is asked, so that a crash does not make it somebody else's doing.
 * `follows`: because they are to be followed, and not for a list alone.
 */
const noteSchema = z.object({ state: z.enum(['asking', 'asked', 'followed']), follows: z.boolean() });
type Note = z.output<typeof noteSchema>;
const noteKey = (key: string): string => `follow.${short(key)}`;
const noteOf = async (key: string, ctx: MastodonCtx): Promise<Note | undefined> => noteSchema.safeParse(await ctx.store.get(noteKey(key))).data;

const relationTo = async (id: string, ctx: MastodonCtx): Promise<Relation | undefined> => (await relationsTo([id], ctx))?.get(id);

/** @throws {RemoteError} for what is no refusal of this one account */
const post = async (path: string, ctx: MastodonCtx, form: Readonly<Record<string, string>> = {}): Promise<{ readonly refused: string } | { readonly body: unknown }> => {
  const caller = callerOf(ctx);
  const answer = await ask(path, caller, { method: 'POST', form });
  if (![400, 403, 404, 410, 422].includes(answer.status)) return { body: demandSuccess(answer, caller).body };
  const error = await explained(errorOfStatus(answer.status, answer.headers, hostOf(ctx), ctx.now()), ctx);
  if (isRemoteError(error) && error.kind === 'rejected') return { refused: error.message };
  throw error;
};

const refused = (key: string, because: string): MemberChanged => ({ key, state: 'refused', because });

/** Follows somebody, and asks them once where they have to say yes. `on`: followed. */
const follow = async (key: string, id: string, follows: boolean, ctx: MastodonCtx): Promise<MemberChanged> => {
  const [relation, note] = [await relationTo(id, ctx), await noteOf(key, ctx)];
  const keep = (state: Note['state']): Promise<void> => ctx.store.set(noteKey(key), { state, follows: follows || note?.follows === true });
  if (relation?.following === true) {
    // Who is followed by nobody's note was followed before, by somebody else.
    if (note !== undefined) await keep('followed');
    return { key, state: 'on' };
  }
  if (relation?.requested === true) {
    if (note !== undefined) await keep('asked');
    return { key, state: 'asked' };
  }
  if (note?.state === 'asked') return refused(key, 'They were asked, and did not say yes.');
  if (note?.state === 'followed') return refused(key, 'They were followed, and are not any more: somebody ended it, there or here.');
  await keep('asking');
  const answer = await post(`/api/v1/accounts/${encodeURIComponent(id)}/follow`, ctx);
  if ('refused' in answer) {
    await ctx.store.set(noteKey(key), undefined);
    return refused(key, answer.refused);
  }
  const { following, requested } = relationSchema.safeParse(answer.body).data ?? (await relationTo(id, ctx)) ?? { following: true, requested: false };
  // Mastodon says that it follows at once whoever is elsewhere, and asked only where it knows that they have to say yes.
  const asked = requested === true && !following;
  await keep(asked ? 'asked' : 'followed');
  return { key, state: asked ? 'asked' : 'on' };
};

const add = async (list: string, key: string, ctx: MastodonCtx): Promise<MemberChanged> => {
  const id = await accountIdOf(key, ctx);
  if (id === undefined) return refused(key, `${hostOf(ctx)} does not know this account.`);
  if (id === (await ourRef(ctx)).local?.id) return refused(key, 'That is our own account.');
  const followed = await follow(key, id, list === FOLLOWING, ctx);
  if (list === FOLLOWING || followed.state !== 'on') return followed;
  const caller = callerOf(ctx);
  const answer = await ask(`${pathOf(list)}/accounts`, caller, { method: 'POST', form: { 'account_ids[]': id } });
  // 422: on it already. 404: either the list or that we follow them is not there.
  if (answer.status === 422) return { key, state: 'on' };
  if (answer.status === 404) {
    await demandList(list, ctx);
    // Some servers list nobody who has not said yes, and say of them at once that they are followed.
    if ((await relationTo(id, ctx))?.requested === true) return { key, state: 'asked' };
    return refused(key, `${hostOf(ctx)} does not take them for this list.`);
  }
  demandSuccess(answer, caller);
  return { key, state: 'on' };
};

/** @throws {RemoteError} rejected where there is no such list */
const demandList = async (list: string, ctx: MastodonCtx): Promise<void> => {
  const lists = await get('/api/v1/lists', z.array(remoteListSchema), callerOf(ctx));
  if (!lists.some(({ id }) => id === idOf(list))) throw new RemoteError('rejected', `${hostOf(ctx)} has no such list any more.`, { host: hostOf(ctx) });
};

/** The lists of ours that they are on. Not every server tells. */
const listsWith = async (id: string, ctx: MastodonCtx): Promise<readonly string[]> =>
  (await getIfKnown(`/api/v1/accounts/${encodeURIComponent(id)}/lists`, z.array(remoteListSchema), callerOf(ctx)))?.map((each) => each.id) ?? [];

const unfollow = async (key: string, id: string, ctx: MastodonCtx): Promise<void> => {
  await post(`/api/v1/accounts/${encodeURIComponent(id)}/unfollow`, ctx);
  await ctx.store.set(noteKey(key), undefined);
};

/** Takes somebody off; whom we followed for this alone is not followed any more either. */
const takeOff = async (list: string, key: string, ctx: MastodonCtx): Promise<MemberChanged> => {
  const id = await accountIdOf(key, ctx);
  if (id === undefined) return { key, state: 'off' };
  const note = await noteOf(key, ctx);
  if (list === FOLLOWING) {
    if (note !== undefined && (await listsWith(id, ctx)).length > 0) await ctx.store.set(noteKey(key), { ...note, follows: false });
    else await unfollow(key, id, ctx);
    return { key, state: 'off' };
  }
  const caller = callerOf(ctx);
  // Both in the query and as a form: some servers read of a DELETE but one of them.
  const ids = { 'account_ids[]': id };
  const answer = await ask(`${pathOf(list)}/accounts`, caller, { method: 'DELETE', query: ids, form: ids });
  if (!(await isGone(answer, caller))) demandSuccess(answer, caller);
  if (note !== undefined && !note.follows && (await listsWith(id, ctx)).every((each) => each === idOf(list))) await unfollow(key, id, ctx);
  return { key, state: 'off' };
};

/** Follows first, since a list takes only whom we follow. One by one; what was done before the server asks to wait is told. */
export const change = async (list: string, adding: readonly Target[], removing: readonly Target[], ctx: MastodonCtx): Promise<readonly MemberChanged[]> => {
  requireWriting(ctx);
  const done: MemberChanged[] = [];
  const work = [...removing.map(({ key }) => () => takeOff(list, key, ctx)), ...adding.map(({ key }) => () => add(list, key, ctx))];
  for (const each of work) {
    try {
      done.push(await each());
    } catch (error) {
      if (done.length > 0 && isRemoteError(error)) return done;
      throw await explained(error, ctx);
    }
  }
  return done;
};

const keptSchema = z.union([z.object({ id: z.string() }), z.object({ before: z.array(z.string()) })]);

/** Lists of our account. The server names them, so it is noted which were there before one was asked for: after a crash the one of that name that was not is ours. */
const make = async ({ key, name }: { readonly key: string; readonly name: string }, ctx: MastodonCtx) => {
  requireWriting(ctx);
  const [caller, place, title] = [callerOf(ctx), `making.${short(key)}`, [...name.trim()].slice(0, 200).join('')];
  const lists = async () => get('/api/v1/lists', z.array(remoteListSchema), caller);
  const there = await lists();
  const kept = keptSchema.safeParse(await ctx.store.get(place)).data;
  const ours = kept === undefined ? undefined : there.find(({ id, title: called }) => ('id' in kept ? id === kept.id : called === title && !kept.before.includes(id)));
  if (ours !== undefined) return made(ours.id, place, title, ctx);
  const before = there.map(({ id }) => id);
  await ctx.store.set(place, { before });
  const answer = demandSuccess(await ask('/api/v1/lists', caller, { method: 'POST', form: { title } }), caller);
  const told = remoteListSchema.safeParse(answer.body).data ?? (await lists()).find(({ id, title: called }) => called === title && !before.includes(id));
  if (told === undefined) throw new RemoteError('invalid-data', `${hostOf(ctx)} did not say which list it made.`, { host: hostOf(ctx) });
  return made(told.id, place, title, ctx);
};

const made = async (id: string, place: string, name: string, ctx: MastodonCtx) => {
  await ctx.store.set(place, { id });
  const writing = await writingOf(ctx);
  return { id: `list ${id}`, name, public: false, ...(writing === undefined ? {} : { writing }) };
};

/** @param members who is on a list */
export const makingWith = (members: (list: string, ctx: MastodonCtx) => AsyncIterable<Target>): ListMaking<MastodonCtx> => ({
  asks: async (ctx) => {
    requireWriting(ctx);
    if ((await getIfKnown('/api/v1/lists', z.array(remoteListSchema), callerOf(ctx))) === undefined) throw new RemoteError('rejected', `${hostOf(ctx)} keeps no lists.`, { host: hostOf(ctx) });
    return (await writingOf(ctx)) ?? { public: true, told: true };
  },
  make,
  end: async (list, ctx) => {
    requireWriting(ctx);
    const caller = callerOf(ctx);
    if (!(await get('/api/v1/lists', z.array(remoteListSchema), caller)).some(({ id }) => id === idOf(list))) return;
    for await (const { key } of members(list, ctx)) await takeOff(list, key, ctx);
    const answer = await ask(pathOf(list), caller, { method: 'DELETE' });
    if (!(await isGone(answer, caller))) demandSuccess(answer, caller);
  },
});
