import { exchangeFormat, exchangeVersion } from '../documents/exchange-list.js';
import type { FollowListRow, FollowRow } from '../follow.row.js';
import { divided, type LeftOut, whyLeftOut } from './without-persons.js';

export const exportFormats = ['json', 'opml'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A list as a document that may be given away. */
export interface WrittenList {
  readonly document: string;
  readonly follows: number;
  readonly leftOut: readonly LeftOut[];
}

export interface ListToWrite {
  readonly list: Pick<FollowListRow, 'name' | 'description'>;
  readonly library: string;
  readonly follows: readonly FollowRow[];
  readonly at: Date;
}

/** For another installation of Earshot: docs/following.md describes the format. */
const json = ({ list, library, follows, at }: ListToWrite): WrittenList => {
  const { kept, leftOut } = divided(follows);
  const document = {
    format: exchangeFormat, version: exchangeVersion, name: list.name, description: list.description, source: { library, exportedAt: at.toISOString() }, leftOut,
    follows: kept.map(({ kind, network, key, label, reason, category }) => ({ kind, network, key, label, reason, category })),
  };
  return { document: `${JSON.stringify(document, null, 2)}\n`, follows: kept.length, leftOut };
};

/** For feed readers, which know nothing but feeds. */
const opml = ({ list, follows, at }: ListToWrite): WrittenList => {
  const { kept, leftOut } = divided(follows, (follow) => whyLeftOut(follow) ?? (follow.kind === 'feed' ? undefined : 'They are no feeds, and OPML holds feeds alone.'));
  const outlines = kept.map(({ label, key }) => `    <outline type="rss" text="${escaped(label)}" title="${escaped(label)}" xmlUrl="${escaped(key)}"/>\n`);
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>${escaped(list.name)}</title>\n    <dateCreated>${at.toUTCString()}</dateCreated>\n  </head>\n  <body>\n${outlines.join('')}  </body>\n</opml>\n`;
  return { document, follows: kept.length, leftOut };
};

const writers: Readonly<Record<ExportFormat, (list: ListToWrite) => WrittenList>> = { json, opml };

export const writeList = (format: ExportFormat, list: ListToWrite): WrittenList => writers[format](list);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };
/** What XML 1.0 has no way to say is left out. */
// eslint-disable-next-line no-control-regex -- the characters that XML 1.0 refuses are these
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu;
const escaped = (text: string): string => text.toWellFormed().replace(unspeakable, '').replace(/[&<>"\n\r\t]/gu, (character) => entities[character] ?? character);
