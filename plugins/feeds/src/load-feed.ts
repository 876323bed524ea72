import type { Feed, MappedFeed } from './feed.js';
import { mapFeed } from './map-feed.js';
import type { ReadDocument } from './reading/documents.js';
import { ReaderFault, reader } from './reading/reader-thread.js';
import { invalidDocument, notAFeed } from './remote-errors.js';
import { type Document, getDocument, orAbort, type Unchanged, type Validators } from './request.js';
import type { FeedsCtx } from './settings.js';

type Request = Pick<FeedsCtx, 'fetch' | 'abort' | 'now' | 'settings'>;

export interface LoadedFeed extends Omit<Document, 'bytes'> {
  readonly feed: Feed;
}

/**
 * Parses a document in the reader's thread.
 *
 * @throws {RemoteError} `invalid-data` when it takes too long or too much memory
 */
export const readDocument = async (document: Document, { abort }: Pick<FeedsCtx, 'abort'>): Promise<ReadDocument> => {
  try {
    return await orAbort(reader.read(document.bytes, document.url, document.charset), abort);
  } catch (error) {
    if (error instanceof ReaderFault) throw invalidDocument(document.url, `could not be read: ${error.message}`, document.digest, error);
    throw error;
  }
};

/** A parsed document as a feed. */
export const feedIn = (document: Extract<ReadDocument, { found: 'feed' }>, address: string, request: Pick<FeedsCtx, 'abort'>): Promise<Feed> =>
  withPlainHead(mapFeed(document, document.signs, address), request);

/**
 * Gets and parses a feed.
 *
 * @throws {RemoteError} of every kind that {@link getDocument} gives; `invalid-data` when what came is no feed
 */
export const loadFeed = async (address: string, request: Request, validators?: Validators): Promise<LoadedFeed | Unchanged> => {
  const answer = await getDocument(address, request, validators);
  if (answer.unchanged) return answer;
  const document = await readDocument(answer, request);
  if (document.found !== 'feed') throw invalidDocument(answer.url, notAFeed(document), answer.digest, document.found === 'nothing' ? new Error(document.reason) : undefined);
  const { bytes: _bytes, ...facts } = answer;
  return { ...facts, feed: await feedIn(document, answer.url, request) };
};

/** Titles and descriptions of feeds come in markup, twice escaped as often as not. */
const withPlainHead = async (feed: MappedFeed, { abort }: Pick<FeedsCtx, 'abort'>): Promise<Feed> => {
  const [title, description] = await orAbort(
    reader.clean([feed.title === undefined ? {} : { title: feed.title }, feed.description === undefined ? {} : { content: feed.description }]),
    abort,
  ).catch((error: unknown) => {
    if (error instanceof ReaderFault) return [];
    throw error;
  });
  const { title: _title, description: _description, ...rest } = feed;
  return { ...rest, ...(title?.title ? { title: title.title } : {}), ...(description?.text ? { description: description.text } : {}) };
};

/** The same, unconditionally. */
export const loadWholeFeed = async (address: string, request: Request): Promise<LoadedFeed> => {
  const loaded = await loadFeed(address, request);
  if (loaded.unchanged) throw invalidDocument(address, 'was a 304 to a question without conditions', 'bytes(0)');
  return loaded;
};
