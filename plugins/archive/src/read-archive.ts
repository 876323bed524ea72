import { readSourceEvent, unreadable, type Batch, type OpenChannel, type SourceEvent } from '@earshot/plugin-sdk';
import { actorText, allowedPath, inspect, listBytes, type ArchiveFile } from './archive-file.js';
import { ArraySplitter } from './array-splitter.js';
import { isSameFile, type ArchiveCursor } from './cursor.js';
import type { ItemSplitter, RawItem } from './item-splitter.js';
import { LineSplitter } from './line-splitter.js';
import { mapActivity, type Skipped } from './map-activity.js';
import { profileOf } from './map-actor.js';
import { changed, cutOff, remoteErrorFrom, unknownFormat } from './remote-errors.js';
import type { ArchiveCtx } from './settings.js';

const batchSize = 250;

/** Items that made no event, after which the cursor is stored nevertheless. */
const longestSilence = 2_500;

type Passed = Record<Skipped | 'unreadable', number>;

const parsed = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '').trim();
  // An empty line separates, and says nothing.
  return text === '' ? '' : JSON.parse(text);
};

const eventsOf = (item: RawItem, passed: Passed): readonly SourceEvent[] => {
  const refuse = (why: string, value: unknown): readonly SourceEvent[] => {
    passed.unreadable += 1;
    return [unreadable(why, value)];
  };
  if (item.bytes === undefined) return refuse('The item is longer than any post.', { end: item.end });
  let value: unknown;
  try {
    value = parsed(item.bytes);
  } catch {
    return refuse('The item is no JSON.', item.bytes.toString('utf8'));
  }
  if (value === '') return [];
  const mapped = mapActivity(value);
  if ('event' in mapped) {
    if (mapped.event.kind === 'unreadable') passed.unreadable += 1;
    return [mapped.event];
  }
  passed[mapped.skipped] += 1;
  return [];
};

const ownerEvents = async (file: ArchiveFile, ctx: ArchiveCtx): Promise<readonly SourceEvent[]> => {
  let text: string | undefined;
  try {
    text = await actorText(file, ctx.settings.path);
  } catch {
    // An export has its actor behind the posts. Damage between them must not cost the posts before it: reading those meets it again.
    return [unreadable('actor.json: cannot be unpacked.', file.identity)];
  }
  if (text === undefined) return [];
  try {
    const profile = profileOf(JSON.parse(text));
    return profile === undefined ? [] : [readSourceEvent({ kind: 'profile', profile })];
  } catch {
    return [unreadable('actor.json: is no JSON.', text)];
  }
};

async function* rawItems(file: ArchiveFile, from: number, onRead: (bytes: number) => void): AsyncGenerator<readonly RawItem[]> {
  const splitter: ItemSplitter = file.form === 'lines' ? new LineSplitter(from) : new ArraySplitter(from);
  for await (const chunk of listBytes(file, from, onRead)) {
    yield splitter.push(chunk);
    if (splitter instanceof ArraySplitter && splitter.isPast) return;
  }
  if (splitter instanceof ArraySplitter && !splitter.found) throw unknownFormat('There is no list of activities ("orderedItems") in this file.');
  yield splitter.end();
  if (splitter instanceof ArraySplitter) throw cutOff();
}

async function* read(file: ArchiveFile, from: ArchiveCursor, ctx: ArchiveCtx): AsyncGenerator<Batch<ArchiveCursor>> {
  const passed: Passed = { direct: 0, 'boost-of-unknown': 0, 'not-a-post': 0, unreadable: 0 };
  let events: SourceEvent[] = from.at === 0 ? [...(await ownerEvents(file, ctx))] : [];
  let { at, items } = from;
  const cursor = (done: boolean): ArchiveCursor => ({ file: file.identity, at, items, done });
  let unsaved = 0;
  let failure: unknown;
  try {
    for await (const some of rawItems(file, from.at, (bytes) => ctx.progress(Math.min(bytes, file.identity.size), file.identity.size))) {
      for (const item of some) {
        if (ctx.abort.aborted) return;
        events.push(...eventsOf(item, passed));
        at = item.end;
        items += 1;
        unsaved += 1;
        if (events.length < batchSize && unsaved < longestSilence) continue;
        yield { events, cursor: cursor(false) };
        events = [];
        unsaved = 0;
      }
      if (ctx.abort.aborted) return;
    }
  } catch (error) {
    failure = error;
  }
  ctx.log.info(failure === undefined ? 'archive read to its end' : 'archive read as far as it goes', { items, ...passed });
  // What came before the damage is delivered; then the error speaks.
  if (failure !== undefined && events.length > 0) yield { events, cursor: cursor(false) };
  if (failure !== undefined) throw failure;
  ctx.progress(file.identity.size, file.identity.size);
  yield { events, cursor: cursor(true), heardUntil: heardUntil(file, ctx) };
}

/** An archive says all that its owner said until it was made; a clock that is wrong must not claim the future. */
const heardUntil = (file: ArchiveFile, ctx: ArchiveCtx): Date => new Date(Math.min(Math.trunc(file.identity.mtimeMs), ctx.now().getTime()));

/**
 * Reads an archive once, from where the cursor stands to its end, in memory that does not grow with the file; after that it only looks
 * whether the file is still the same.
 *
 * A file that has changed ends with `cursor-lost`: it is read again as a whole, which does no harm, for what is known already is the same post.
 */
export async function* readArchive(channel: OpenChannel<ArchiveCursor>, ctx: ArchiveCtx): AsyncGenerator<Batch<ArchiveCursor>> {
  const target = channel.targets[0];
  if (target === undefined || ctx.abort.aborted) return;
  try {
    const file = await inspect(await allowedPath(target.key, ctx.settings.path));
    const known = channel.cursor;
    if (known !== undefined && !isSameFile(known.file, file.identity)) throw changed();
    if (known?.done === true) return;
    yield* read(file, known ?? { file: file.identity, at: 0, items: 0, done: false }, ctx);
  } catch (error) {
    throw remoteErrorFrom(error);
  }
}
