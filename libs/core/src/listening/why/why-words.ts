import type { Purpose } from '@earshot/plugin-sdk';
import type { Cause } from '../../privacy/index.js';

/** Why a library hears a conversation, as it is stored. */
export interface StoredHearing {
  readonly library: string;
  readonly cause: Cause | 'handed-over';
  readonly label: string | null;
  readonly reason: string | null;
  readonly list: string | null;
  readonly ended: boolean;
}

export const hearingInWords = ({ library, cause, label, reason, list, ended }: StoredHearing): string => {
  if (label !== null) return `${library} hears it because ${label} ${ended ? 'was' : 'is'} followed (${reason ?? 'no reason given'}), on the list "${list ?? ''}".`;
  if (cause === 'handed-over') return `${library} hears it because another library of its tree handed it over.`;
  if (cause === 'brought-in') return `${library} hears it because its staff brought it in by hand.`;
  return cause === 'addressed' ? `${library} hears it because it speaks to the library.` : `${library} hears it because it stands in a thread that the library hears.`;
};

const gone: Readonly<Record<string, string>> = {
  deleted: 'its author deleted it', hidden: 'its network shows it no more', 'author-gone': 'its author left, or blocked us', refused: 'its author asks not to be kept', expired: 'its time here was over', erased: 'its author was erased here', 'taken-back': 'staff had brought it in by hand, and took it back',
};

export const goneInWords = (why: string): string => `It was here and is gone: ${gone[why] ?? 'it was taken out'}.`;

const heardBy: Readonly<Record<Cause, string>> = { addressed: 'because it speaks to the library', 'brought-in': 'because staff brought it in', followed: 'by following its author by name', thread: 'as part of a thread', search: 'by hashtag or search' };
const asked: Readonly<Record<Purpose, string>> = {
  keep: 'not to be stored', search: 'not to be indexed', classify: 'not to be judged by programs', 'draft-by-machine': 'for nothing generated', 'show-publicly': 'not to be shown in public', answer: 'not to be answered unasked',
};
const otherwise: Readonly<Record<string, string>> = {
  unmatched: 'nothing that is followed lets it in, it speaks to no library here, and it stands in no thread that is heard',
  'not-public': 'it is not meant for everybody, and does not speak to a library here',
  'not-heard': 'its author, their server or a word in their bio is on the list of whom the library does not hear',
  'author-gone': 'its author is gone, or blocked us',
  suppressed: 'it was let go of, deleted or erased before, and does not come in again',
  gone: 'it was here and is gone',
};

/** "Not kept: heard by hashtag or search, and its author asks not to be indexed (#noindex in bio)." */
export const notKeptInWords = ({ reason, refused }: { readonly reason: string; readonly refused?: { readonly cause: Cause; readonly purpose: Purpose; readonly sign: string } }): string =>
  refused === undefined ? `Not kept: ${otherwise[reason] ?? reason}.` : `Not kept: heard ${heardBy[refused.cause]}, and its author asks ${asked[refused.purpose]} (${refused.sign}).`;

/** The same of what was decided when it came by: "… Decided at 2026-03-01 14:05 UTC." */
export const rememberedInWords = ({ cause, purpose, sign, at }: { readonly cause: Cause; readonly purpose: Purpose | null; readonly sign: string | null; readonly at: Date }): string =>
  `${notKeptInWords(purpose === null ? { reason: 'not-heard' } : { reason: 'refused', refused: { cause, purpose, sign: sign ?? '' } })} Decided at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
