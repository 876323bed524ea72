import { type AttachedImage, type MediaAbilities, RemoteError } from '@earshot/plugin-sdk';
import { type Answer, ask, type Caller, callerOf, demandSuccess, read } from './client.js';
import { uploadedSchema } from './documents.js';
import { instanceFor } from './instance.js';
import { multipartOf } from './multipart.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { wait, type Wait } from './wait.js';

/** How long a server is waited for that goes on with an image after it took it: within what the host gives one upload. */
const PAUSES_MS = [500, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000];
const IN_PROGRESS = [202, 206];

/** A token of before Earshot had images may not upload any; of one that does not say, the server decides. */
const mayUpload = ({ secrets }: MastodonCtx): boolean => {
  const scopes = secrets.read().scope?.split(/\s+/);
  return scopes === undefined || scopes.includes('write') || scopes.includes('write:media');
};

/** Undefined where nothing may go with images. */
export const imagesOf = async (ctx: MastodonCtx): Promise<MediaAbilities | undefined> => (mayUpload(ctx) ? (await instanceFor(callerOf(ctx))).images : undefined);

const takenAt = async (path: string, { bytes, mediaType, alt }: AttachedImage, caller: Caller): Promise<Answer> => {
  const multipart = multipartOf({ name: 'file', filename: mediaType === 'image/png' ? 'image.png' : 'image.jpg', type: mediaType, bytes }, { description: alt });
  return ask(path, caller, { method: 'POST', multipart });
};

/** Servers without the newer way have the older one, which answers once all is done (Pixelfed, snac). */
const taken = async (image: AttachedImage, caller: Caller): Promise<Answer> => {
  const newer = await takenAt('/api/v2/media', image, caller);
  return [404, 405, 410, 501].includes(newer.status) ? takenAt('/api/v1/media', image, caller) : newer;
};

/**
 * An image on our server, with its description, until a post names it: by its id, once the server is through with it. What no post names is cleared away there.
 * NOTE: 202 says that it goes on, and so does 206 to whoever asks (docs.joinmastodon.org/methods/media, seen 2026-11-28). `waiting` is for tests, which have no time.
 */
export const uploading = (waiting: Wait = wait) => async (image: AttachedImage, ctx: MastodonCtx): Promise<string> => {
  const caller = callerOf(ctx);
  let answer = demandSuccess(await taken(image, caller), caller);
  const { id } = read(uploadedSchema, answer, caller);
  for (const ms of PAUSES_MS) {
    if (!IN_PROGRESS.includes(answer.status)) return id;
    await waiting(ms, ctx.abort);
    ctx.abort.throwIfAborted();
    answer = demandSuccess(await ask(`/api/v1/media/${encodeURIComponent(id)}`, caller), caller);
  }
  if (!IN_PROGRESS.includes(answer.status)) return id;
  throw new RemoteError('unreachable', `${hostOf(ctx)} is not through with an image yet.`, { host: hostOf(ctx) });
};
