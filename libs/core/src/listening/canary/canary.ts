import { Injectable } from '@nestjs/common';
import { type Clock, type PostHeard, isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type Jobs, defineJob } from '../../jobs/index.js';
import type { Logger } from '../../logging/index.js';
import type { Intake, PluginHost, PluginRegistry } from '../../plugins/index.js';
import type { StopWatch } from '../../stops/index.js';
import { byAccount } from '../by-account.js';
import { keyOf, refText } from '../key.js';
import type { Canaries, Claim, TakenCanary } from './canaries.repository.js';

export const canaryJob = defineJob({
  name: 'listening.canary', data: z.strictObject({}), actsFor: 'installation',
  atOnce: 1, deadlineSeconds: 900, retry: { times: 0, firstSeconds: 60, longestSeconds: 60 }, alone: true, schedule: '*/5 * * * *',
});

const minute = 60_000;
/** Between two looks at one account: four questions an hour are lost in any network's limits. */
const betweenMs = 15 * minute;
/** How far back a look goes. */
const lookbackMs = 60 * minute;
/** What was said less long ago may still be on its way, from server to server. */
const onItsWayMs = 5 * minute;
/** What is missing may be being stored this moment: it is looked for once more after this. */
const confirmMs = minute;
const shortestClaimMs = minute;
const accountsAtOnce = 100;
const mostPosts = 100;

export interface CanaryParts {
  readonly canaries: Canaries;
  readonly host: Pick<PluginHost, 'fetch' | 'networks'>;
  readonly registry: Pick<PluginRegistry, 'sources'>;
  readonly intake: Intake;
  readonly stops: Pick<StopWatch, 'during'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Notices streams that are alive and blind. A stream that brings nothing looks like one of whom nobody says anything; so now and then one of those
 * whom it should bring is asked for directly. What that finds, and what the channel claims to have heard and never brought, makes it blind, until
 * a later look finds that it brings again.
 */
@Injectable()
export class Canary {
  constructor(
    private readonly parts: CanaryParts,
    jobs: Jobs,
  ) {
    jobs.handle(canaryJob, ({ abort }) => this.lookAtDue(abort));
  }

  async lookAtDue(ended: AbortSignal): Promise<void> {
    const now = this.parts.clock.now();
    const taken = await this.parts.canaries.take({ now: new Date(now), notSince: new Date(now - betweenMs), plugins: this.parts.registry.sources(), most: accountsAtOnce });
    await byAccount(taken, async ([canary]) => {
      if (canary === undefined || ended.aborted) return;
      const abort = this.parts.stops.during(canary.libraryId, 'listening', ended);
      try {
        await this.look(canary, abort);
      } catch (error) {
        // The network's own state is the channel's matter: here nothing was learned.
        if (!isRemoteError(error) && !abort.aborted) this.parts.log.warn('What a stream should bring could not be asked for', { account: canary.accountId, error });
      }
    });
  }

  private async look(canary: TakenCanary, abort: AbortSignal): Promise<void> {
    const now = this.parts.clock.now();
    const networks = await this.parts.host.networks(canary.accountId);
    const claim = await this.parts.canaries.claim(canary, { since: new Date(now - lookbackMs), until: new Date(now - onItsWayMs), networks });
    if (claim === undefined || claim.until.getTime() - claim.since.getTime() < shortestClaimMs) return;
    const said = await this.said(canary, claim, abort);
    if (said.length === 0) return;
    const missing = (await this.notStored(said)).length === 0 ? [] : await this.stillMissing(said, abort);
    if (abort.aborted) return;
    if (missing.length === 0) return this.parts.canaries.proven(canary.accountId, claim.channelId, claim.until);
    const { accountId, libraryId, plugin } = canary;
    // What nobody wants to hear, or its author refuses, is rightly not there.
    const { kept } = await this.parts.intake.takeFetched({ accountId, libraryId, plugin, channelId: claim.channelId }, { events: missing });
    if (kept === 0) return;
    await this.parts.canaries.blind(canary, claim.channelId, new Date(this.parts.clock.now()));
    this.parts.log.warn('A stream is open and does not bring what is said', { account: accountId, channel: claim.channelId, posts: kept });
  }

  /** What the network says that they posted, as far as every stream should bring it: in public, and no answer to others. */
  private async said(canary: TakenCanary, { target, since, until }: Claim, abort: AbortSignal): Promise<readonly PostHeard[]> {
    const said = new Map<string, PostHeard>();
    for await (const { events } of this.parts.host.fetch(canary.accountId, { target, since, until }, abort, { patient: true })) {
      for (const event of events) {
        if (event.kind !== 'post') continue;
        const { ref, author, audience, inReplyTo, postedAt } = event.post;
        if (author !== undefined && keyOf(author).remoteId === target.key && audience === 'public' && inReplyTo === undefined && postedAt >= since && postedAt < until) said.set(refText(ref), event);
      }
      if (said.size >= mostPosts) break;
    }
    return [...said.values()];
  }

  private async stillMissing(said: readonly PostHeard[], abort: AbortSignal): Promise<readonly PostHeard[]> {
    await new Promise<void>((resolve) => {
      const cancel = this.parts.clock.after(confirmMs, resolve);
      abort.addEventListener('abort', () => {
        cancel();
        resolve();
      }, { once: true });
    });
    return abort.aborted ? [] : this.notStored(said);
  }

  private async notStored(said: readonly PostHeard[]): Promise<readonly PostHeard[]> {
    const stored = await this.parts.canaries.stored(said.map(({ post }) => keyOf(post.ref)));
    return said.filter(({ post }) => !stored.has(refText(post.ref)));
  }
}
