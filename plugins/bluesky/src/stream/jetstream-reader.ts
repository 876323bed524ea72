import { zstdDecompressSync } from 'node:zlib';
import { type FrameBatch, unreadable } from '@earshot/plugin-sdk';
import type { Ear } from './ear.js';
import { type Host, nameOf } from './hosts.js';
import { type Frame, quickEnvelope, readFrame } from './jetstream-frame.js';
import { SocketOver } from './listening.js';
import type { StreamCursor } from './stream-cursor.js';
import type { Envelope } from './told.js';

const LARGEST = 4 * 1024 * 1024;

export interface FrameWatch {
  /** Each event, before it is read; what it returns stands before what it said. */
  readonly onEvent: (envelope: Envelope) => FrameBatch<StreamCursor>['events'];
  readonly onInfo?: (name: string) => void;
}

const textOf = (frame: string | ArrayBuffer, dictionary: Buffer | undefined): string | undefined => {
  if (typeof frame === 'string') return frame;
  try {
    return zstdDecompressSync(frame, { ...(dictionary === undefined ? {} : { dictionary }), maxOutputLength: LARGEST }).toString('utf8');
  } catch {
    return undefined;
  }
};

const heard = (frame: Frame, ear: Ear, host: Host, watch: FrameWatch): FrameBatch<StreamCursor> => {
  switch (frame.is) {
    case 'info':
      watch.onInfo?.(frame.name);
      return { events: [] };
    case 'error':
      throw new SocketOver(`${nameOf(host)} ends the stream: ${frame.name}`);
    case 'unreadable': {
      const letter = unreadable(`${nameOf(host)}: ${frame.why}`, frame);
      if (frame.envelope === undefined) return { events: [letter] };
      const before = watch.onEvent(frame.envelope);
      return ear.progress(host, frame.envelope, [...before, ...(ear.dids.has(frame.envelope.did) ? [letter] : [])]);
    }
    case 'event': {
      const before = watch.onEvent(frame.envelope);
      const batch = ear.hear(host, frame.envelope, frame.happening);
      return before.length === 0 ? batch : { ...batch, events: [...before, ...batch.events] };
    }
  }
};

/** Reads the frames of one Jetstream. Whoever is not followed is told from the first letters, and not read. */
export const jetstreamReader = (ear: Ear, host: Host, watch: FrameWatch, dictionary?: Buffer) => (data: string | ArrayBuffer): FrameBatch<StreamCursor> => {
  const text = textOf(data, dictionary);
  if (text === undefined) return { events: [unreadable(`${nameOf(host)}: a frame that cannot be unpacked`, (data as ArrayBuffer).byteLength)] };
  const quick = quickEnvelope(text);
  if (quick === undefined || ear.dids.has(quick.did)) return heard(readFrame(text), ear, host, watch);
  return ear.progress(host, quick, watch.onEvent(quick));
};
