import { isValidDid, isValidHandle } from '@atproto/syntax';
import type { Target } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { targetOfProfile } from './map-profile.js';
import { partsOf } from './refs.js';
import { errorOf, goneOf, isAbsent } from './remote-errors.js';
import { askSignedIn, sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { profileViewSchema } from './views.js';
import { bodyOf, type Call, hostOf } from './xrpc.js';

/** As {@link query}, where whatever the network does not know, or takes for no name, is nothing. */
const askAbout = async <T>(ctx: BlueskyCtx, call: Call, schema: z.ZodType<T>, what: string): Promise<T | undefined> => {
  const asked = await askSignedIn(ctx, call);
  const { failure } = asked;
  if (failure === undefined) return bodyOf(asked, schema, hostOf(ctx.settings.service), what, ctx.now());
  if (isAbsent(failure) || goneOf(failure) !== undefined || failure.name === 'InvalidRequest') return undefined;
  throw errorOf(failure, ctx.now());
};

const profileTarget = async (actor: string, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const profile = await askAbout(ctx, { nsid: 'app.bsky.actor.getProfile', params: { actor } }, profileViewSchema, 'profile');
  return profile === undefined ? [] : [targetOfProfile(profile)];
};

/** The DID behind a handle or a DID. */
export const didBehind = async (actor: string, ctx: BlueskyCtx): Promise<string | undefined> => {
  if (isValidDid(actor)) return actor;
  if (!isValidHandle(actor)) return undefined;
  return (await askAbout(ctx, { nsid: 'com.atproto.identity.resolveHandle', params: { handle: actor.toLowerCase() } }, z.object({ did: z.string().refine(isValidDid) }), 'DID'))?.did;
};

const listSchema = z.object({ list: z.object({ uri: z.string(), name: z.string() }) });
const packSchema = z.object({ starterPack: z.object({ list: z.object({ uri: z.string() }).optional(), record: z.object({ name: z.string() }) }) });

const listTarget = async (uri: string, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const found = await askAbout(ctx, { nsid: 'app.bsky.graph.getList', params: { list: uri, limit: 1 } }, listSchema, 'list');
  return found === undefined ? [] : [{ kind: 'list', key: found.list.uri, label: found.list.name.slice(0, 300).toWellFormed() || found.list.uri }];
};

const packTarget = async (uri: string, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const found = await askAbout(ctx, { nsid: 'app.bsky.graph.getStarterPack', params: { starterPack: uri } }, packSchema, 'starter pack');
  const list = found?.starterPack.list?.uri;
  return list === undefined ? [] : [{ kind: 'list', key: list, label: found?.starterPack.record.name.slice(0, 300).toWellFormed() || list }];
};

const recordTarget = async (actor: string, collection: string, rkey: string, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const did = await didBehind(actor, ctx);
  const uri = `at://${did}/${collection}/${rkey}`;
  if (did === undefined || partsOf(uri) === undefined) return [];
  if (collection === 'app.bsky.graph.list') return listTarget(uri, ctx);
  return collection === 'app.bsky.graph.starterpack' ? packTarget(uri, ctx) : profileTarget(did, ctx);
};

const hashtag = (text: string): readonly Target[] => {
  const tag = text.replace(/^#/, '');
  return /^[\p{L}\p{N}\p{M}_]{1,64}$/u.test(tag) ? [{ kind: 'hashtag', key: tag.toLowerCase(), label: `#${tag}` }] : [];
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Addresses of the network's own app. */
const inApp = async ({ pathname }: URL, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const [first, second = '', third, fourth = ''] = pathname.split('/').filter((part) => part !== '').map(decoded);
  if (first === 'hashtag') return hashtag(second);
  if (first === 'starter-pack' || first === 'start') return recordTarget(second, 'app.bsky.graph.starterpack', third ?? '', ctx);
  if (first !== 'profile') return [];
  if (third === 'lists') return recordTarget(second, 'app.bsky.graph.list', fourth, ctx);
  return isValidDid(second) || isValidHandle(second) ? profileTarget(second, ctx) : [];
};

/** What could be followed under a text: a handle, a DID, an at-uri, an address of bsky.app, "#tag", "mentions". */
export const resolveText = async (text: string, ctx: BlueskyCtx): Promise<readonly Target[]> => {
  const asked = text.trim();
  if (asked === '' || asked.length > 2_048) return [];
  if (asked.startsWith('#')) return hashtag(asked);
  if (asked.toLowerCase() === 'mentions') return [{ kind: 'mentions', key: (await sessionFor(ctx)).did, label: 'What addresses the library' }];
  const [, authority, collection, rkey] = /^at:\/\/([^/]+)(?:\/([^/]+)\/([^/]+))?$/.exec(asked) ?? [];
  if (authority !== undefined) return recordTarget(authority, collection ?? '', rkey ?? 'self', ctx);
  const url = /^https?:\/\//i.test(asked) ? URL.parse(asked) : null;
  if (url !== null) return /^(www\.)?bsky\.app$/.test(url.hostname) ? inApp(url, ctx) : [];
  const name = asked.replace(/^@/, '');
  return isValidDid(name) || isValidHandle(name) ? profileTarget(name, ctx) : [];
};
