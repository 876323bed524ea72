/**
 * Everything that reads strangers' bytes, in a thread of its own: {@link file://./reader-thread.ts} ends it when it takes too long or
 * too much memory. Plain JavaScript, because Node starts it both beside the TypeScript sources (under jest, without a build) and
 * from dist (where tools/copy-assets.mjs puts it).
 */
import { parentPort } from 'node:worker_threads';
import { parseFeed } from 'feedsmith';
import { cleanWritten } from './clean-html.mjs';
import { decodeDocument } from './decode-document.mjs';
import { findAlternates } from './find-alternates.mjs';
import { findSigns } from './find-signs.mjs';

/** Control characters that neither XML nor PostgreSQL takes. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/** JSON escapes and numeric references bring back what no document may hold. @param {unknown} value @returns {unknown} */
const storable = (value) => {
  if (typeof value === 'string') return value.replace(CONTROLS, '').toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, storable(inner)]));
  return value;
};

/** @param {string} text */
const shapeOf = (text) => {
  const head = text.slice(0, 2_000).trimStart();
  if (head === '') return 'empty';
  if (/^(<!--[^]*?-->\s*)?(<!doctype html|<html|<head|<body)/i.test(head)) return 'page';
  if (head.startsWith('{') || head.startsWith('[')) return 'json';
  if (head.startsWith('<')) return 'xml';
  // eslint-disable-next-line no-control-regex -- what text never holds
  return /[\u0000-\u0008\uFFFD]/.test(head) ? 'binary' : 'text';
};

/** @param {{ bytes: Uint8Array, charset?: string, url: string }} job */
const readDocument = ({ bytes, charset, url }) => {
  const text = decodeDocument(bytes, charset).replace(CONTROLS, '').replace(/^\uFEFF/, '');
  const shape = shapeOf(text);
  try {
    const parsed = parseFeed(text);
    return { found: 'feed', ...storable(parsed), signs: storable(findSigns(text)) };
  } catch (error) {
    if (shape === 'page') return { found: 'page', alternates: storable(findAlternates(text, url)) };
    return { found: 'nothing', shape, reason: error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error) };
  }
};

/** @param {{ written: Parameters<typeof cleanWritten>[0][] }} job */
const cleanAll = ({ written }) => written.map((piece) => storable(cleanWritten(piece)));

parentPort?.on('message', ({ job }) => {
  try {
    parentPort?.postMessage({ ok: true, value: job.do === 'read' ? readDocument(job) : cleanAll(job) });
  } catch (error) {
    parentPort?.postMessage({ ok: false, why: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' });
  }
});

parentPort?.postMessage({ ready: true });
