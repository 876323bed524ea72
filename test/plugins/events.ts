import type { Post, SourceEvent, Target } from '@earshot/plugin-sdk';
import type { Channel } from '@earshot/plugin-sdk';

export const post = (id: string, told: Partial<Post> = {}): SourceEvent => ({
  kind: 'post',
  post: {
    ref: { network: 'fixture', id }, version: '1', url: `https://fixture.example/${encodeURIComponent(id)}`, postedAt: new Date('2026-03-01T10:00:00Z'),
    text: `post ${id}`, audience: 'public', mentions: [], tags: [], media: [], refusals: [], ...told,
  },
});

/** One channel a feed. */
export const channelEach = (targets: readonly Target[], told: Partial<Channel> = {}): readonly Channel[] =>
  targets.filter((target) => target.kind === 'feed').map((target) => ({ key: target.key, mode: 'poll', pulseMs: 60_000, targets: [target], retarget: 'reopen', ...told }));

/** What every source must have and these tests do not use. */
export const silent = { resolve: async () => [], async *fetch() {} };
