import { limits, type Profile, type Ref, type Refusal, refusalsInWords, refusalsOf } from '@earshot/plugin-sdk';
import { cleanText, idOf, isThing, listOf, pageOf, textIn, webAddress, type Thing } from './json-ld.js';
import { plainText } from './plain-text.js';

export const network = 'activitypub';

export const refOf = (id: string): Ref => ({ network, id });

export const actorTypes: ReadonlySet<string> = new Set(['Person', 'Service', 'Group', 'Organization', 'Application']);

const refused = (actor: Thing, bio: string): readonly Refusal[] => {
  const fields = listOf(actor.attachment)
    .filter(isThing)
    .map((field) => plainText(`${textIn(field.name) ?? ''} ${textIn(field.value) ?? ''}`))
    .join('\n');
  const all: readonly Refusal[] = [
    ...(actor.indexable === false ? refusalsOf('not-searchable', 'indexable: false') : []),
    ...(actor.discoverable === false ? refusalsOf('not-listed', 'discoverable: false') : []),
    ...(actor.manuallyApprovesFollowers === true ? refusalsOf('followers-by-hand', 'locked') : []),
    ...(idOf(actor.movedTo) === undefined ? [] : refusalsOf('moved-away', 'moved')),
    ...refusalsInWords(bio, 'bio'),
    ...refusalsInWords(fields, 'profile fields'),
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
    refusals: refused(actor, bio),
    ...(name === '' ? {} : { name: name.slice(0, limits.line).toWellFormed() }),
    ...(bio === '' ? {} : { bio: bio.slice(0, limits.passage).toWellFormed() }),
    ...(url === undefined ? {} : { url }),
    ...(avatar === undefined ? {} : { avatar }),
    ...(movedTo === undefined ? {} : { movedTo: refOf(movedTo) }),
  };
};
