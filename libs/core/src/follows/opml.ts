import { SaxesParser } from 'saxes';
import { PlatformError } from '../errors/index.js';
import type { FollowEntry } from './follow-entries.js';

const mostOutlines = 5_000;
const largest = 5_000_000;
const deepest = 100;

/** Ends the parser, which has no other way to stop. */
class Stop extends Error {}

/**
 * The feeds of an OPML document, as other readers export it: each outline with an address, in the document's order.
 *
 * Read as a stream, without a tree. An entity that a DOCTYPE declares is unknown here and ends the reading, so that none can grow.
 * @throws PlatformError BAD_INPUT where it is no OPML, or is too much of it: nothing of it is used then.
 */
export const entriesOfOpml = (document: string): readonly FollowEntry[] => {
  const refuse = (why: string): PlatformError => new PlatformError('BAD_INPUT', why, 'opml');
  if (document.length > largest) throw refuse(`An OPML document has ${largest} characters at most.`);
  const entries: FollowEntry[] = [];
  let [outlines, depth] = [0, 0];
  let refusal: string | undefined;
  const stop = (why: string): never => {
    refusal = why;
    throw new Stop(why);
  };

  const parser = new SaxesParser();
  parser.on('error', ({ message }) => stop(`It is not well-formed XML: ${message}`));
  parser.on('doctype', () => stop('It has a DOCTYPE, which OPML has not.'));
  parser.on('opentag', ({ name, attributes }) => {
    if (depth === 0 && name.toLowerCase() !== 'opml') stop('It is XML, but not OPML.');
    if (++depth > deepest) stop(`Its outlines are nested deeper than ${deepest}.`);
    if (name.toLowerCase() !== 'outline') return;
    if (++outlines > mostOutlines) stop(`It has more than ${mostOutlines} outlines.`);
    const { address, label } = outlineOf(attributes);
    if (address !== '') entries.push({ line: outlines, text: address, ...(label === '' ? {} : { label }) });
  });
  parser.on('closetag', () => void depth--);

  try {
    parser.write(document.toWellFormed().replace(/^\ufeff/u, '')).close();
  } catch (error) {
    if (refusal !== undefined) throw refuse(refusal);
    throw error;
  }
  if (entries.length === 0) throw refuse('It has no outline with the address of a feed.');
  return entries;
};

/** Readers disagree in the case of xmlUrl, and in whether a name is `text` or `title`. */
const outlineOf = (attributes: Readonly<Record<string, string>>): { readonly address: string; readonly label: string } => {
  const named = new Map(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  return { address: named.get('xmlurl') ?? '', label: named.get('title') || named.get('text') || '' };
};
