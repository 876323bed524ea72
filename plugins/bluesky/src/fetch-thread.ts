import { type Batch, type Ref, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { whyMissing } from './fetch-again.js';
import { mapPost, postedAt, seenAt } from './map-post.js';
import { postRef, postUriOf } from './refs.js';
import { errorOf, isAbsent } from './remote-errors.js';
import { askSignedIn } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { postRecordSchema, type PostView, postViewSchema } from './views.js';
import { bodyOf, hostOf } from './xrpc.js';

/** The most that getPostThread takes. */
const DEEPEST = 1_000;
const BATCH = 500;

const answerSchema = z.object({ thread: z.unknown() });
const nodeSchema = z.object({
  post: z.unknown().optional(),
  parent: z.unknown().optional(),
  replies: z.array(z.unknown()).optional(),
  uri: z.string().optional(),
  notFound: z.boolean().optional(),
  blocked: z.boolean().optional(),
  author: z.object({ viewer: z.object({ blockedBy: z.boolean().optional() }).optional() }).optional(),
});
type Node = z.output<typeof nodeSchema>;

interface Tree {
  readonly posts: Map<string, PostView>;
  readonly others: Map<string, SourceEvent>;
}

/** A post that is blocked between two others is none that hides from us. */
const goneIn = ({ uri, notFound, blocked, author }: Node): SourceEvent | undefined => {
  const ref = uri === undefined || postUriOf(postRef(uri)) === undefined ? undefined : postRef(uri);
  if (ref === undefined) return undefined;
  if (notFound === true) return { kind: 'post-gone', ref, why: 'deleted' };
  return blocked === true && author?.viewer?.blockedBy === true ? { kind: 'post-gone', ref, why: 'hidden' } : undefined;
};

/** Without recursion: a thread may be a thousand posts deep. */
const gather = (thread: unknown, tree: Tree): void => {
  const left: unknown[] = [thread];
  while (left.length > 0) {
    const value = left.pop();
    const node = nodeSchema.safeParse(value).data;
    if (node === undefined) continue;
    left.push(...[node.parent, ...(node.replies ?? [])].filter((next) => next !== undefined));
    const view = postViewSchema.safeParse(node.post);
    if (view.success) tree.posts.set(view.data.uri, view.data);
    else if (node.post !== undefined) tree.others.set(`letter ${tree.others.size}`, unreadable('post: not as app.bsky.feed.defs#postView has it', node.post));
    const gone = goneIn(node);
    if (gone !== undefined) tree.others.set(node.uri ?? '', gone);
  }
};

const ask = async (uri: string, ctx: BlueskyCtx, tree: Tree): Promise<boolean> => {
  const asked = await askSignedIn(ctx, { nsid: 'app.bsky.feed.getPostThread', params: { uri, depth: DEEPEST, parentHeight: DEEPEST } });
  if (asked.failure !== undefined && isAbsent(asked.failure)) return false;
  if (asked.failure !== undefined) throw errorOf(asked.failure, ctx.now());
  gather(bodyOf(asked, answerSchema, hostOf(ctx.settings.service), 'thread', ctx.now()).thread, tree);
  return true;
};

const placeOf = (view: PostView, now: Date): number => postedAt(postRecordSchema.safeParse(view.record).data?.createdAt ?? '', seenAt(view, now)).getTime();

/** Everything in a thread, oldest first: what stands around the post, and where that is not the whole tree, what stands below its root. */
export async function* fetchThread(ref: Ref, ctx: BlueskyCtx): AsyncGenerator<Batch<never>> {
  const uri = postUriOf(ref);
  if (uri === undefined) return;
  const tree: Tree = { posts: new Map(), others: new Map() };
  if (!(await ask(uri, ctx, tree))) {
    yield { events: [{ kind: 'post-gone', ref, why: await whyMissing(uri, ctx) }] };
    return;
  }
  const root = postRecordSchema.safeParse(tree.posts.get(uri)?.record).data?.reply?.root.uri;
  if (root !== undefined && root !== uri && postUriOf(postRef(root)) !== undefined) await ask(root, ctx, tree);
  const now = ctx.now();
  const posts = [...tree.posts.values()].toSorted((a, b) => placeOf(a, now) - placeOf(b, now)).map((view) => mapPost(view, now));
  const events = [...posts, ...tree.others.values()];
  for (let at = 0; at < events.length; at += BATCH) yield { events: events.slice(at, at + BATCH) };
}
