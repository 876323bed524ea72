import { limits, type Profile, type Ref, type Refusal, refusalsInWords, refusalsOf } from '@earshot/plugin-sdk';
import type { AccountDocument } from './documents.js';
import { bareWords, plainText } from './html.js';

/** The network of global ids: what this server's API calls `uri` is what the archives of the same network hold. */
export const NETWORK = 'activitypub';

const lineOf = (value: string | null | undefined): string | undefined => {
  const line = value?.replaceAll('\0', '').replace(/\s+/g, ' ').trim().slice(0, limits.line).toWellFormed();
  return line === '' ? undefined : line;
};

/** An address that the contract takes; `undefined` for anything else. */
export const webAddress = (value: string | null | undefined): string | undefined => {
  const url = value === null || value === undefined || value.length > limits.url ? null : URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.href.length <= limits.url ? url.href : undefined;
};

/** A global id: never a name that only one server knows. */
export const globalId = (uri: string | null | undefined): string | undefined =>
  uri !== null && uri !== undefined && /^(https?:\/\/|tag:|urn:)\S+$/i.test(uri) && Buffer.byteLength(uri) <= limits.id && uri.isWellFormed() && !uri.includes('\0') ? uri : undefined;

/** Both names of a thing as far as the server told them. */
export const refOf = (host: string, id: string, uri?: string | null): Ref => {
  const global = globalId(uri);
  return { network: NETWORK, ...(global === undefined ? {} : { id: global }), local: { host, id } };
};

/** What names a profile for ever: its global id, or on servers that do not tell it (Mastodon before 4.2, GoToSocial, Akkoma) the account's name for it. */
export const keyOf = (ref: Ref): string => ref.id ?? `${ref.local?.host ?? ''}/${ref.local?.id ?? ''}`;

/** `ann@town.social`; accounts of the server itself come without its name. */
export const handleOf = (acct: string, host: string): string => (acct.includes('@') ? acct : `${acct}@${host}`).replace(/^@/, '').slice(0, limits.line);

/** What an account asks of listeners, each sign in its own words. */
export const refusedBy = (account: AccountDocument, bio: string): readonly Refusal[] => {
  const fields = account.fields.slice(0, 50).map(({ name, value }) => `${bareWords(name)} ${bareWords(value)}`).join('\n');
  const all: readonly Refusal[] = [
    ...(account.indexable === false ? refusalsOf('not-searchable', 'indexable: false') : []),
    ...(account.noindex === true ? refusalsOf('not-searchable', 'noindex') : []),
    ...(account.discoverable === false ? refusalsOf('not-listed', 'discoverable: false') : []),
    ...(account.locked === true ? refusalsOf('followers-by-hand', 'locked') : []),
    ...(account.suspended === true ? refusalsOf('out-of-service', 'suspended') : []),
    ...(account.limited === true ? refusalsOf('shown-to-followers', 'limited') : []),
    ...(account.moved === null || account.moved === undefined ? [] : refusalsOf('moved-away', 'moved')),
    ...refusalsInWords(bio, 'bio'),
    ...refusalsInWords(fields, 'profile fields'),
  ];
  return all.filter((one, at) => all.findIndex((other) => other.purpose === one.purpose && other.sign === one.sign) === at).slice(0, limits.refusals);
};

/**
 * An account as a profile. Its server checks a move on both sides before it tells it (`moved`).
 *
 * @param host - the server that told it
 */
export const profileOf = (account: AccountDocument, host: string): Profile => {
  const bio = plainText(account.note ?? '').slice(0, limits.passage).toWellFormed();
  const name = lineOf(account.display_name);
  const url = webAddress(account.url);
  const avatar = webAddress(account.avatar);
  const { moved } = account;
  return {
    ref: refOf(host, account.id, account.uri),
    handle: handleOf(lineOf(account.acct) ?? account.id, host),
    refusals: refusedBy(account, bio),
    ...(name === undefined ? {} : { name }),
    ...(bio === '' ? {} : { bio }),
    ...(url === undefined ? {} : { url }),
    ...(avatar === undefined ? {} : { avatar }),
    ...(moved === null || moved === undefined ? {} : { movedTo: refOf(host, moved.id, moved.uri) }),
  };
};
