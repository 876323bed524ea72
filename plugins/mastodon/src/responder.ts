import { type Abilities, type Attempt, isRemoteError, type Ref, RemoteError, type Responder, type SmallAnswer } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type Answer, ask, type Caller, callerOf, demandSuccess, get, getIfThere, read } from './client.js';
import { accountSchema, type StatusDocument, statusSchema } from './documents.js';
import { plainText } from './html.js';
import { compareIds } from './ids.js';
import { imagesOf, uploading } from './images.js';
import { instanceFor } from './instance.js';
import { foundStatuses, rememberAccountId, search, statusIdOf } from './local-ids.js';
import { keyOf, refOf } from './map-account.js';
import { isForAll, isStatus, readStatus } from './map-status.js';
import { PAGE } from './look.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { idIn } from './taps.js';
import { ourRef } from './us.js';
import { change as changeList, FOLLOWING, mayWrite } from './write-lists.js';

const statusPath = (id: string): string => `/api/v1/statuses/${encodeURIComponent(id)}`;
const nowhere = (host: string): RemoteError => new RemoteError('rejected', `${host} does not show this post (any more).`, { host });

/** The post that is answered, as it is now. */
const targetStatus = async (to: Ref, ctx: MastodonCtx): Promise<StatusDocument | undefined> => {
  const caller = callerOf(ctx);
  if (to.local?.host === hostOf(ctx)) return getIfThere(statusPath(to.local.id), statusSchema, caller);
  return to.id === undefined ? undefined : foundStatuses(await search(to.id, 'statuses', caller)).find(({ uri }) => uri === to.id);
};

/**
 * Who is answered is told of it only where the answer names them: servers deliver to whom a post mentions.
 * Nobody is named twice, and nobody names themselves.
 */
const mentionFor = (parent: StatusDocument | undefined, text: string, us: Ref): string => {
  if (parent === undefined || parent.account.id === us.local?.id) return '';
  const isNamed = text.toLowerCase().split(/\s+/).some((word) => word.replace(/[.,:;!?]+$/, '') === `@${parent.account.acct.toLowerCase()}`);
  return isNamed ? '' : `@${parent.account.acct} `;
};

const abilities = async (to: Ref | undefined, ctx: MastodonCtx): Promise<Abilities> => {
  const caller = callerOf(ctx);
  const { characters, perUrl } = await instanceFor(caller);
  const length = { limit: characters, unit: 'grapheme', urlWeight: perUrl } as const;
  const can: Abilities['can'] = ['edit', 'remove', 'like', 'boost', ...(mayWrite(ctx) ? ['follow' as const] : [])];
  const media = await imagesOf(ctx);
  const yes = { reply: 'yes', ...(media === undefined ? {} : { media }), can } as const;
  if (to === undefined) return { ...yes, length };
  const status = await targetStatus(to, ctx);
  if (status === undefined) return { reply: 'no', because: `${hostOf(ctx)} does not show this post (any more).`, length, can: [] };
  if (!isForAll(status)) return { reply: 'no', because: 'It is not public: Earshot answers in public only.', length, can: [] };
  // Of a mention servers count the name, not where it lives.
  const [name = ''] = mentionFor(status, '', await ourRef(ctx)).split('@').slice(1);
  return { ...yes, length: { ...length, limit: Math.max(1, characters - (name === '' ? 0 : [...name.trim()].length + 2)) } };
};

/** A post is sent on its way once; what is not a plain no may have arrived. */
const demandPublished = (answer: Answer, caller: Caller): StatusDocument => {
  const host = hostOf(caller);
  if (answer.status >= 500 || (answer.status >= 300 && answer.status < 400)) throw new RemoteError('outcome-unknown', `${host} is in trouble (${answer.status}), and may have published this.`, { host });
  const status = statusSchema.safeParse(demandSuccess(answer, caller).body);
  if (!status.success) throw new RemoteError('outcome-unknown', `${host} took this, and did not say what it made of it.`, { host });
  return status.data;
};

const send = async (attempt: Attempt, ctx: MastodonCtx): Promise<Ref> => {
  const caller = callerOf(ctx);
  const host = hostOf(ctx);
  const parent = attempt.to === undefined ? undefined : await targetStatus(attempt.to, ctx);
  if (attempt.to !== undefined && (parent === undefined || !isForAll(parent))) throw nowhere(host);
  const form = {
    status: `${mentionFor(parent, attempt.text, await ourRef(ctx))}${attempt.text}`,
    in_reply_to_id: parent?.id,
    // Nobody who spoke quietly is answered aloud.
    visibility: parent?.visibility ?? 'public',
    language: attempt.lang.split('-')[0],
    'media_ids[]': attempt.media.flatMap(({ uploaded }) => uploaded ?? []),
  };
  try {
    const status = demandPublished(await ask('/api/v1/statuses', caller, { method: 'POST', form, headers: { 'idempotency-key': attempt.key } }), caller);
    return refOf(host, status.id, status.uri);
  } catch (error) {
    // No answer came, or it broke off, or we were stopped while we waited: it may have arrived.
    if (!isRemoteError(error) || error.kind === 'unreachable') throw new RemoteError('outcome-unknown', `${host} did not say whether it published this.`, { host, cause: error });
    throw error;
  }
};

const MAX_PAGES = 10;
/** Clocks of servers and ours differ. */
const SKEW_MS = 5 * 60_000;
/** No request is still on its way after that. */
const SETTLED_MS = 2 * 60_000;

/** Words without what servers make of them: white space, and where those live who are mentioned. */
const essence = (text: string): string => text.normalize('NFC').replace(/@([\p{L}\p{N}_.-]+)@[\p{L}\p{N}.:-]+/gu, '@$1').replace(/\s+/g, ' ').trim().toLowerCase();

/** How far the server's clock is from ours, by the date of its answer: posts carry its time. A day or more is no clock but a fault. */
const clockOf = (answer: Answer, now: Date): number => {
  const apart = Date.parse(answer.headers.get('date') ?? '') - now.getTime();
  return Number.isNaN(apart) || Math.abs(apart) > 24 * 3_600_000 ? 0 : apart;
};

/** Whether nobody's eyes are needed to say that there is nothing: an empty page of somebody who posted is no proof. */
const isEmptyHonest = async (us: Ref, caller: Caller): Promise<boolean> => {
  const account = await get(`/api/v1/accounts/${encodeURIComponent(us.local?.id ?? '')}`, accountSchema, caller);
  return (account.statuses_count ?? 0) === 0;
};

/** How a post of ours fits: `maybe`, the same words under nothing, as servers leave an answer whose question was deleted; or with other images than ours. */
const fitting = (attempt: Attempt, parent: string | undefined): ((status: StatusDocument) => 'yes' | 'maybe' | 'no') => {
  const wanted = essence(attempt.text);
  return (status) => {
    const said = essence(plainText(status.content));
    // With the mention that was put before it, or without.
    if (said !== wanted && said.replace(/^@\S+ /, '') !== wanted) return 'no';
    if (status.media_attachments.length !== attempt.media.length) return 'maybe';
    const under = status.in_reply_to_id ?? undefined;
    return under === parent ? 'yes' : under === undefined ? 'maybe' : 'no';
  };
};

/**
 * By our own posts since it was first tried. That there is none is said once no request can still be on its way; to send again within the hour is safe
 * besides where the server knows the key.
 */
const find = async (attempt: Attempt, ctx: MastodonCtx): Promise<Ref | 'absent' | 'cannot-tell'> => {
  const caller = callerOf(ctx);
  const us = await ourRef(ctx);
  const parent = attempt.to === undefined ? undefined : await statusIdOf(attempt.to, ctx);
  if (attempt.to !== undefined && parent === undefined) return 'cannot-tell';
  const fits = fitting(attempt, parent);
  let oldest: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = demandSuccess(await ask(`/api/v1/accounts/${encodeURIComponent(us.local?.id ?? '')}/statuses`, caller, { query: { exclude_reblogs: 'true', limit: PAGE, max_id: oldest } }), caller);
    const items = read(z.array(z.unknown()), answer, caller);
    const since = attempt.firstTriedAt.getTime() + clockOf(answer, ctx.now()) - SKEW_MS;
    const statuses = items.map(readStatus).filter(isStatus);
    const recent = statuses.filter(({ created_at: at }) => Date.parse(at) >= since);
    const found = recent.find((status) => fits(status) === 'yes');
    if (found !== undefined) return refOf(hostOf(ctx), found.id, found.uri);
    if (recent.some((status) => fits(status) === 'maybe')) return 'cannot-tell';
    if (page === 0 && items.length === 0 && !(await isEmptyHonest(us, caller))) return 'cannot-tell';
    const before = oldest;
    oldest = items.map(idIn).filter((id) => id !== undefined).toSorted(compareIds)[0] ?? before;
    if (oldest === before || recent.length < statuses.length) return ctx.now().getTime() - attempt.lastTriedAt.getTime() >= SETTLED_MS ? 'absent' : 'cannot-tell';
  }
  return 'cannot-tell';
};

const remove = async (id: string, caller: Caller): Promise<void> => {
  const answer = await ask(statusPath(id), caller, { method: 'DELETE' });
  if (answer.status >= 200 && answer.status < 300) return;
  // A server that cannot delete says 404 as well.
  const isMissing = [404, 405, 410, 501].includes(answer.status);
  if (isMissing && (await getIfThere(statusPath(id), z.unknown(), caller)) === undefined) return;
  if (isMissing) throw new RemoteError('rejected', `${hostOf(caller)} lets no program delete a post: remove it on its own page.`, { host: hostOf(caller) });
  demandSuccess(answer, caller);
};

const change = async (sent: Ref, to: { text: string } | 'removed', ctx: MastodonCtx): Promise<void> => {
  const caller = callerOf(ctx);
  const id = await statusIdOf(sent, ctx);
  if (to === 'removed') return id === undefined ? undefined : remove(id, caller);
  if (id === undefined) throw nowhere(hostOf(ctx));
  const status = await get(statusPath(id), statusSchema, caller);
  const parentId = status.in_reply_to_id;
  const parent = parentId === null || parentId === undefined ? undefined : await getIfThere(statusPath(parentId), statusSchema, caller);
  // Of an edit that does not name them the server takes them away.
  const kept = status.media_attachments.flatMap(({ id: media }) => media ?? []);
  const mention = mentionFor(parent, to.text, await ourRef(ctx));
  read(statusSchema, demandSuccess(await ask(statusPath(id), caller, { method: 'PUT', form: { status: `${mention}${to.text}`, language: status.language ?? undefined, 'media_ids[]': kept } }), caller), caller);
};

/** As for a list of whom the account follows: whoever has to say yes is asked once. */
const follow = async (statusId: string, ctx: MastodonCtx): Promise<void> => {
  const [{ account }, host] = [await get(statusPath(statusId), statusSchema, callerOf(ctx)), hostOf(ctx)];
  const key = keyOf(refOf(host, account.id, account.uri));
  await rememberAccountId(key, account.id, ctx);
  const [followed] = await changeList(FOLLOWING, [{ kind: 'profile', key, label: account.acct }], [], ctx);
  if (followed?.state === 'refused') throw new RemoteError('rejected', followed.because ?? `${host} does not let us follow them.`, { host });
};

const act = async (on: Ref, what: SmallAnswer, ctx: MastodonCtx): Promise<void> => {
  const caller = callerOf(ctx);
  const id = await statusIdOf(on, ctx);
  if (id === undefined) throw nowhere(hostOf(ctx));
  if (what === 'follow') return follow(id, ctx);
  demandSuccess(await ask(`${statusPath(id)}/${what === 'like' ? 'favourite' : 'reblog'}`, caller, { method: 'POST', form: {} }), caller);
};

/** Answers as the library's own account, in public, to whom the person who pressed Send answers. */
export const mastodonResponder: Responder<MastodonCtx> = { abilities, upload: uploading(), send, find, change, act };
