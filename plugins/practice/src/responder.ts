import { RemoteError, systemClock, type Abilities, type Attempt, type Clock, type Ref, type Responder, type SmallAnswer } from '@earshot/plugin-sdk';
import { afterPosting, beforePosting } from './faults.js';
import { readJournal, record, type Deed } from './journal.js';
import { lookAround } from './look-up.js';
import { network, postRef } from './map-town.js';
import type { PracticeCtx } from './settings.js';
import type { Snapshot } from './snapshot.js';
import { openClock } from './town-clock.js';

const limit = 500;
const media = { mostImages: 4, mediaTypes: ['image/jpeg', 'image/png'], mostBytes: 2_000_000, alt: { limit: 1_000, unit: 'character' } } as const;

/** Why the town does not let the library answer this post; undefined when it does. */
const closedBecause = (to: Ref, town: Snapshot): string | undefined => {
  const post = to.network === network && to.id !== undefined ? town.post(to.id) : undefined;
  if (post === undefined) {
    const gone = to.id === undefined ? undefined : town.whyAuthorGone(to.id);
    return gone === 'blocked-us' ? 'Its author has blocked the library.' : 'The post is not there any more.';
  }
  if (town.isGone(post)) return 'The post was deleted.';
  return post.audience === 'members' ? 'Only members of the group can answer there.' : undefined;
};

const abilities = async (to: Ref | undefined, ctx: PracticeCtx): Promise<Abilities> => {
  const because = to === undefined ? undefined : closedBecause(to, (await lookAround(ctx)).town);
  return {
    reply: because === undefined ? 'yes' : 'no',
    length: { limit, unit: 'character' },
    media,
    can: ['edit', 'remove', 'like'],
    ...(because === undefined ? {} : { because }),
  };
};

const isOf = (attempt: Attempt) => (deed: Deed) => deed.did === 'say' && deed.key === attempt.key && deed.part === attempt.part;

const tooLong = (text: string): RemoteError | undefined =>
  [...text].length > limit ? new RemoteError('rejected', `The town's network takes ${limit} characters at most.`) : undefined;

const post = async (attempt: Attempt, ctx: PracticeCtx): Promise<Ref> => {
  const { town, clock } = await lookAround(ctx);
  const because = attempt.to === undefined ? undefined : closedBecause(attempt.to, town);
  if (because !== undefined) throw new RemoteError('rejected', because);
  const long = tooLong(attempt.text);
  if (long !== undefined) throw long;
  const id = `said.${attempt.key}.${attempt.part}`;
  await record(ctx, (journal) =>
    journal.some(isOf(attempt))
      ? undefined
      : {
          did: 'say', id, key: attempt.key, part: attempt.part, at: clock.townAt(ctx.now()), text: attempt.text, lang: attempt.lang,
          ...(attempt.to?.id === undefined ? {} : { to: attempt.to.id }), ...(attempt.media.length === 0 ? {} : { images: attempt.media.length }),
        },
  );
  return postRef(id);
};

const find = async (attempt: Attempt, ctx: PracticeCtx): Promise<Ref | 'absent' | 'cannot-tell'> => {
  if (ctx.settings.fault === 'never-answers') return 'cannot-tell';
  const said = (await readJournal(ctx)).find(isOf(attempt));
  return said === undefined ? 'absent' : postRef(said.id);
};

const change = async (sent: Ref, to: { text: string } | 'removed', ctx: PracticeCtx): Promise<void> => {
  const long = to === 'removed' ? undefined : tooLong(to.text);
  if (long !== undefined) throw long;
  const at = (await openClock(ctx)).townAt(ctx.now());
  await record(ctx, (journal) => {
    const ours = journal.flatMap((deed) => (deed.id === sent.id && deed.did !== 'like' ? [deed] : []));
    const said = ours.find((deed) => deed.did === 'say');
    if (said === undefined) throw new RemoteError('rejected', 'The library said no such thing in town.');
    const gone = ours.some((deed) => deed.did === 'take-back');
    if (to === 'removed') return gone ? undefined : { did: 'take-back', id: said.id, at };
    if (gone) throw new RemoteError('rejected', 'The post was deleted.');
    const newest = ours.findLast((deed) => deed.did !== 'take-back');
    return newest?.text === to.text ? undefined : { did: 'edit', id: said.id, at, text: to.text };
  });
};

const act = async (on: Ref, what: SmallAnswer, ctx: PracticeCtx): Promise<void> => {
  if (what !== 'like') throw new RemoteError('rejected', 'In this town one can like a post, and nothing else.');
  const { town, clock } = await lookAround(ctx);
  const post = on.id === undefined ? undefined : town.post(on.id);
  if (post === undefined || town.isGone(post)) throw new RemoteError('rejected', 'The post is not there any more.');
  await record(ctx, (journal) => (journal.some((deed) => deed.did === 'like' && deed.id === post.id) ? undefined : { did: 'like', id: post.id, at: clock.townAt(ctx.now()) }));
};

/**
 * Answers in town. A reply is kept in the account's store under its key and part, so that sending it twice makes one post, `find` is exact
 * (but for the fault `never-answers`), and whichever process listens hears it within a second. `timers` are for tests, which have no time.
 */
export const practiceResponder = (timers: Clock = systemClock): Responder<PracticeCtx> => ({
  abilities,
  send: async (attempt, ctx) => {
    await beforePosting(attempt, ctx);
    const ref = await post(attempt, ctx);
    await afterPosting(ctx, timers);
    return ref;
  },
  find,
  change,
  act,
});
