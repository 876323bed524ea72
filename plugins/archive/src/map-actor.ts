import { limits, type Profile, type Ref, type Refusal, type Purpose } from '@earshot/plugin-sdk';
import { cleanText, idOf, isThing, listOf, pageOf, textIn, webAddress, type Thing } from './json-ld.js';
import { plainText } from './plain-text.js';

export const network = 'activitypub';

export const refOf = (id: string): Ref => ({ network, id });

export const actorTypes: ReadonlySet<string> = new Set(['Person', 'Service', 'Group', 'Organization', 'Application']);

/** What the signs of the fediverse refuse, written as hashtags into a bio or a profile field. */
const signs: Readonly<Record<string, readonly Purpose[]>> = {
  nobot: ['classify', 'draft-by-machine'],
  nobots: ['classify', 'draft-by-machine'],
  noindex: ['search'],
  noai: ['draft-by-machine'],
  noarchive: ['keep'],
};

const signsIn = (text: string, where: string): readonly Refusal[] =>
  [...text.matchAll(/(?<![\p{L}\p{N}_])#(\w+)/gu)].flatMap(([, word = '']) => {
    const sign = word.toLowerCase();
    return (Object.hasOwn(signs, sign) ? (signs[sign] ?? []) : []).map((purpose) => ({ purpose, sign: `#${sign} in ${where}` }));
  });

const refusalsOf = (actor: Thing, bio: string): readonly Refusal[] => {
  const fields = listOf(actor.attachment)
    .filter(isThing)
    .map((field) => plainText(`${textIn(field.name) ?? ''} ${textIn(field.value) ?? ''}`))
    .join('\n');
  const all: readonly Refusal[] = [
    ...(actor.indexable === false ? [{ purpose: 'search', sign: 'indexable: false' } as const] : []),
    ...(actor.discoverable === false ? [{ purpose: 'show-publicly', sign: 'discoverable: false' } as const] : []),
    ...signsIn(bio, 'bio'),
    ...signsIn(fields, 'profile fields'),
  ];
  return all.filter((one, i) => all.findIndex((other) => other.purpose === one.purpose && other.sign === one.sign) === i).slice(0, limits.refusals);
};

const handleOf = (actor: Thing, id: string): string => {
  const name = textIn(actor.preferredUsername)?.trim();
  const host = URL.parse(id)?.host ?? '';
  return name === undefined || name === '' ? id : `@${name}${host === '' ? '' : `@${host}`}`.slice(0, limits.line);
};

/** A profile of an ActivityStreams actor; undefined where the object is none. */
export const profileOf = (actor: unknown): Profile | undefined => {
  const id = idOf(actor);
  if (!isThing(actor) || id === undefined) return undefined;
  const bio = plainText(textIn(actor.summary) ?? '');
  const name = cleanText(textIn(actor.name) ?? '').trim();
  const url = pageOf(actor.url);
  const avatar = listOf(actor.icon).map((icon) => (isThing(icon) ? (webAddress(icon.url) ?? pageOf(icon.url)) : undefined))[0];
  const movedTo = idOf(actor.movedTo);
  return {
    ref: refOf(id),
    handle: handleOf(actor, id),
    refusals: refusalsOf(actor, bio),
    ...(name === '' ? {} : { name: name.slice(0, limits.line).toWellFormed() }),
    ...(bio === '' ? {} : { bio: bio.slice(0, limits.passage).toWellFormed() }),
    ...(url === undefined ? {} : { url }),
    ...(avatar === undefined ? {} : { avatar }),
    ...(movedTo === undefined ? {} : { movedTo: refOf(movedTo) }),
  };
};
