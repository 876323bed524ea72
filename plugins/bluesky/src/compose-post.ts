import type { Attempt, RemoteError } from '@earshot/plugin-sdk';
import { viewsOf } from './fetch-again.js';
import { embedOf } from './images.js';
import { type AtUri, partsOf, postUriOf } from './refs.js';
import { refusedHere } from './remote-errors.js';
import { didBehind } from './resolve-text.js';
import { sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { type PostView, postRecordSchema, type StrongRef } from './views.js';
import { facetsOf, spotsIn } from './write-facets.js';
import { ownRecord } from './write-record.js';

export const MOST_GRAPHEMES = 300;
const MOST_BYTES = 3_000;
const MOST_MENTIONS = 20;

const segments = new Intl.Segmenter('und', { granularity: 'grapheme' });

const graphemesIn = (text: string): number => {
  let count = 0;
  for (const _ of segments.segment(text)) count += 1;
  return count;
};

const didsIn = async (text: string, ctx: BlueskyCtx): Promise<ReadonlyMap<string, string>> => {
  const handles = [...new Set(spotsIn(text).flatMap(({ kind, value }) => (kind === 'mention' ? [value.toLowerCase()] : [])))];
  const dids = new Map<string, string>();
  for (const handle of handles.slice(0, MOST_MENTIONS)) {
    const did = await didBehind(handle, ctx);
    if (did !== undefined) dids.set(handle, did);
  }
  return dids;
};

const isGone = (): RemoteError => refusedHere('What is to be answered is no longer on Bluesky, or not shown to us.');

/** A post of our own, which the AppView learns of seconds after our repository has it: the part of an answer before this one. */
const ours = async (uri: string, place: AtUri, ctx: BlueskyCtx): Promise<Pick<PostView, 'uri' | 'cid' | 'record'>> => {
  const found = await ownRecord(ctx, place);
  if (found?.cid === undefined) throw isGone();
  return { uri, cid: found.cid, record: found.value };
};

const theirs = async (uri: string, ctx: BlueskyCtx): Promise<PostView> => {
  const view = (await viewsOf([uri], ctx)).posts.find((each) => each.uri === uri);
  if (view === undefined) throw isGone();
  if (view.viewer?.replyDisabled === true) throw refusedHere('Who may answer there is restricted, and we are not among them.');
  return view;
};

/** Parent and root in the versions that they have now. */
const replyTo = async ({ to }: Attempt, ctx: BlueskyCtx): Promise<{ readonly reply?: { readonly root: StrongRef; readonly parent: StrongRef } }> => {
  if (to === undefined) return {};
  const uri = postUriOf(to);
  const place = uri === undefined ? undefined : partsOf(uri);
  if (uri === undefined || place === undefined) throw isGone();
  const { cid, record } = place.did === (await sessionFor(ctx)).did ? await ours(uri, place, ctx) : await theirs(uri, ctx);
  const parent = { uri, cid };
  return { reply: { root: postRecordSchema.safeParse(record).data?.reply?.root ?? parent, parent } };
};

/** The record of an answer. @throws RemoteError rejected for what the network would not take */
export const composePost = async (attempt: Attempt, ctx: BlueskyCtx): Promise<object> => {
  const { text, lang } = attempt;
  if (graphemesIn(text) > MOST_GRAPHEMES || Buffer.byteLength(text) > MOST_BYTES) throw refusedHere(`Bluesky takes ${MOST_GRAPHEMES} characters, and 3,000 bytes, at once.`);
  const facets = facetsOf(text, await didsIn(text, ctx));
  return {
    $type: 'app.bsky.feed.post',
    text,
    createdAt: ctx.now().toISOString(),
    langs: [lang],
    ...(await replyTo(attempt, ctx)),
    ...(facets.length === 0 ? {} : { facets }),
    ...embedOf(attempt.media),
  };
};
