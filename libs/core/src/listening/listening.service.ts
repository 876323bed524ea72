import { Injectable } from '@nestjs/common';
import type { Batch, Clock, PostHeard, Profile, ProfileGone, Purpose, Ref, SourceEvent } from '@earshot/plugin-sdk';
import { Database, type Tx, newId } from '../database/index.js';
import { correlationId, withCorrelation } from '../logging/index.js';
import { type ChannelLease, ChannelStore, type ChannelCommit, Intake, type Origin, type Taken } from '../plugins/index.js';
import { type Cause, Suppression } from '../privacy/index.js';
import type { Jobs } from '../jobs/index.js';
import type { Notices } from '../notices/index.js';
import { Classifiers, type Judge, type Judged, type Labels, effectsOf, isQuick } from '../understanding/index.js';
import { backFillJob } from './back-fill/back-fill.js';
import { BatchWriter, type Written } from './batch-writer.js';
import { classifyJob, mostPosts } from './classify-jobs.js';
import { type Collapsed, collapse } from './collapse.js';
import { ForgetHeard } from './forget-heard.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { keyText, keysOf, refText } from './key.js';
import { type KnownPost, type KnownProfile, KnownRepository } from './known.repository.js';
import { languageOf } from '../language/index.js';
import { type Kept, type Screened, screen } from './screen.js';
import { lookAgainJob } from './living/living-threads.js';
import { type HashesOfBatch, SuppressedMeanwhile, hashesIn, ownHashes, requireWelcome } from './still-welcome.js';
import { Surroundings } from './surroundings.js';
import { NamesMoved } from './local-names.js';
import { nameEvents, unnamedIn } from './name-events.js';
import { noteWaiting } from './note-waiting.js';
import { tellAnswered, tellCrises } from './tell-staff.js';
import { everyKey, joinsOf } from './twins.js';
import { ThreadsMoved } from './threads.repository.js';
import { rememberTurnedAway } from './turned-away.js';
import { veil, veiledHashes } from './veil.js';

/** What would become of a post: `reason` is that of the counts, and `refused` the refusal that decided, with how the post was heard. */
export interface Explained {
  readonly kept: boolean;
  readonly reason: string;
  readonly refused?: { readonly cause: Cause; readonly purpose: Purpose; readonly sign: string };
}

/** Asks a network for authors whom nobody described yet, and is told as well of those who are gone: the plugin host does. */
export abstract class Authors {
  abstract fetch(accountId: string, refs: readonly Ref[]): Promise<readonly (Profile | ProfileGone)[]>;
}

/** Whose staff bring something in by hand, and what is stored with it. */
export interface ByHand {
  readonly libraryId: string;
  /** Run in the transaction that stores it, with its conversation: again where somebody presses twice. Not at all where it was here before, and went. */
  readonly beside: (tx: Tx, conversationId: string) => Promise<void>;
}

/** What classifiers did wrong is told here; it never stops listening. */
export type ClassifierFailed = (classifier: string, error: unknown) => void;

/** What the pipeline is given by those around it. */
export interface ListeningSurroundings {
  readonly clock: Clock;
  readonly channels: ChannelStore;
  readonly judge: Judge;
  readonly jobs: Jobs;
  readonly classifierFailed: ClassifierFailed;
  /** What became of the events of a batch that was stored, by outcome. */
  readonly counted?: (counts: Readonly<Record<string, number>>) => void;
  /** Tells staff who answered them, and what does not wait. */
  readonly notices?: Notices;
}

const attempts = 10;
/** Quick classifiers take well under a millisecond a post; one that hangs is stopped after this long, and then left alone for a while. */
const quickMs = 10_000;
/** Authors asked for at once: more than this and one batch would use up a network's budget. */
const authorsAtOnce = 50;

/**
 * The way of a batch: validate (the host did) → suppressed? → match → fetch unknown authors of what matched → consent → thread → quick classifiers → store
 * with the cursor, in one transaction. What is dropped is counted by reason and never stored.
 */
@Injectable()
export class ListeningService extends Intake {
  private readonly known = new KnownRepository();
  private readonly forget: ForgetHeard;
  private readonly surroundings = new Surroundings();

  constructor(
    private readonly database: Database,
    private readonly rules: HearingRulesService,
    private readonly suppression: Suppression,
    private readonly authors: Authors,
    private readonly classifiers: Classifiers,
    private readonly around: ListeningSurroundings,
  ) {
    super();
    this.forget = new ForgetHeard(database, this.known, suppression);
  }

  /** A batch has a name of its own in the log. */
  async take(lease: ChannelLease, batch: Batch<unknown>): Promise<Taken> {
    return withCorrelation(newId(), () => this.store(lease, batch, lease));
  }

  async takeFetched(origin: Origin, batch: Batch<never>): Promise<Taken> {
    return withCorrelation(correlationId() ?? newId(), () => this.store(origin, batch, undefined));
  }

  /** What staff bring in by hand goes the way of everything heard, but is heard by their library alone, and nothing is ever asked about it. */
  async bringIn(origin: Origin, byHand: ByHand, posts: readonly PostHeard[]): Promise<Taken> {
    return withCorrelation(correlationId() ?? newId(), () => this.store(origin, { events: posts }, undefined, byHand));
  }

  /** What would become of a post by the rules of now, and why. Nothing of it is stored. */
  async explain(origin: Origin, heard: PostHeard): Promise<Explained> {
    const screened = await this.screen(origin, await this.veiled(collapse(await this.named([heard]))));
    const [away] = screened.turnedAway;
    return {
      kept: screened.kept.length > 0, reason: Object.keys(screened.dropped)[0] ?? 'unmatched',
      ...(away?.because === undefined ? {} : { refused: { cause: away.cause, purpose: away.because.purpose, sign: away.because.sign } }),
    };
  }

  private async store(origin: Origin, batch: Batch<unknown>, lease: ChannelLease | undefined, byHand?: ByHand): Promise<Taken> {
    const heardAt = new Date(this.around.clock.now());
    let decided = await this.decide(origin, batch.events, byHand);
    for (let attempt = 1; ; attempt++) {
      const { events, screened, judged, labels } = decided;
      try {
        const written = await this.database.listening(async (tx) => {
          // Before any lock of a channel, as whoever writes an account's health does.
          if (events.waiting !== undefined) await noteWaiting(tx, origin, events.waiting, heardAt);
          await requireWelcome(tx, screened, screened.hashes, this.suppression);
          const writer = new BatchWriter(tx, this.known, heardAt, origin);
          const done = await writer.write(events, screened.kept, judged, labels);
          const left = commitOf(batch, events, screened, done, heardAt);
          if (lease !== undefined) await this.around.channels.commit(tx, lease, left);
          else if (origin.channelId !== undefined) await this.around.channels.note(tx, origin.channelId, left);
          else await this.around.channels.count(tx, origin.accountId, left.counts);
          await rememberTurnedAway(tx, screened.turnedAway, { origin, at: heardAt, hashes: screened.hashes, suppression: this.suppression });
          await this.classifyLater(tx, done.judged);
          await tellAnswered(tx, this.around.notices, done.answered);
          if (origin.history !== true) await tellCrises(tx, this.around.notices, done.judged, labelsIn(judged), labels);
          if (events.gaps.length > 0) await this.around.jobs.enqueue(tx, backFillJob, {}, {});
          if (done.dueNow) await this.around.jobs.enqueue(tx, lookAgainJob, {}, {});
          if (byHand !== undefined) for (const id of done.conversations) await byHand.beside(tx, id);
          return done;
        });
        await this.forget.refusals(events, screened.kept, labels, written.refusalsChanged);
        const became = taken(batch, screened, written, events);
        this.around.counted?.({ ...became.dropped, kept: became.kept });
        return became;
      } catch (error) {
        if (attempt === attempts) throw error;
        if (error instanceof SuppressedMeanwhile) {
          this.rules.refresh();
          decided = await this.decide(origin, batch.events, byHand);
          continue;
        }
        if (error instanceof NamesMoved) {
          decided = await this.decide(origin, batch.events, byHand);
          continue;
        }
        // Another process wrote the same threads: what is known now differs, and the same batch is stored on that.
        if (!(error instanceof ThreadsMoved)) throw error;
      }
    }
  }

  /** What stays of a batch, and what was found in it; what a network tells of what is stored already is carried out. */
  private async decide(origin: Origin, told: readonly SourceEvent[], byHand?: ByHand): Promise<Decided> {
    const heard = await this.veiled(collapse(await this.named(told)));
    const screened = await this.screen(origin, heard, byHand);
    const events = screened.gone.size === 0 ? heard : { ...heard, profilesGone: new Map([...heard.profilesGone, ...screened.gone]) };
    const { judged, labels } = await this.judge(screened.kept);
    await this.forget.gone(events, screened.withdrawn, labels);
    await this.forget.edited(screened.kept);
    return { events, screened, judged, labels };
  }

  /** Under the names by which things are stored. */
  private async named(events: readonly SourceEvent[]): Promise<readonly SourceEvent[]> {
    const unnamed = unnamedIn(events);
    return nameEvents(events, unnamed.posts.length + unnamed.profiles.length === 0 ? nothingNamed : await this.database.listening((tx) => this.known.names(tx, unnamed)));
  }

  private async veiled(events: Collapsed): Promise<Collapsed> {
    if (events.posts.size === 0 || !(await this.rules.current()).anybodyErased) return events;
    const hashes = veiledHashes([...events.posts.values()].map(({ post }) => post), this.suppression);
    return veil(events, await this.database.listening((tx) => this.known.erased(tx, hashes)), this.suppression);
  }

  private async screen(origin: Origin, events: Collapsed, byHand?: ByHand): Promise<ScreenedBatch> {
    if (events.posts.size === 0) return { kept: [], dropped: {}, turnedAway: [], withdrawn: new Map(), hashes: new Map(), gone: new Map() };
    const posts = [...events.posts.values()].map((event) => event.post);
    const hashes = new Map([...events.posts].map(([key, { post }]) => [key, ownHashes(post, this.suppression)] as const));
    const [around, people] = [posts.flatMap((post) => [post.ref, post.inReplyTo, post.root]), posts.map((post) => post.author)];
    const read = await this.database.listening(async (tx) => ({
      known: underBothNames(around, await this.known.posts(tx, everyKey(around)), joinedPost),
      profiles: underBothNames(people, await this.known.profiles(tx, everyKey(people)), joinedProfile),
      suppressed: await this.known.suppressed(tx, [...hashes.values()].flatMap(hashesIn)),
      plan: origin.channelId === undefined ? undefined : { channelId: origin.channelId, ...(await this.known.plan(tx, origin.channelId)) },
    }));
    const rules = await (read.plan?.version === undefined ? this.rules.current() : this.rules.sincePlanned(read.plan.channelId, read.plan.version));
    const given = {
      events, rules, known: read.known, profiles: read.profiles, accountId: origin.accountId, targets: read.plan?.targets ?? [], ...(byHand === undefined ? {} : { broughtInBy: byHand.libraryId }),
      suppressed: (post: Kept['post']) => hashesIn(hashes.get(refText(post.ref))).some((hash) => read.suppressed.has(hash.toString('hex'))),
    };
    const first = screen(given);
    const { told, gone } = await this.describeAuthors(origin, first.kept, events, read.profiles);
    const last = told.size + gone.size === 0 ? first : screen({ ...given, events: { ...events, profiles: new Map([...events.profiles, ...told]), profilesGone: new Map([...events.profilesGone, ...gone]) } });
    return { ...last, kept: last.kept.map(inItsLanguage), hashes, gone };
  }

  /** Authors of what matched whom neither this batch nor the database describes: their refusals are unknown, so they are asked for before deciding. */
  private async describeAuthors(origin: Origin, kept: readonly Kept[], events: Collapsed, profiles: ReadonlyMap<string, KnownProfile>): Promise<Described> {
    const unknown = new Map<string, Ref>();
    for (const { post } of kept) {
      if (post.author === undefined) continue;
      const key = refText(post.author);
      if (!events.profiles.has(key) && profiles.get(key)?.told !== true) unknown.set(key, post.author);
    }
    if (unknown.size === 0) return { told: new Map(), gone: new Map() };
    const found = await this.authors.fetch(origin.accountId, [...unknown.values()].slice(0, authorsAtOnce));
    const described = { told: new Map<string, Profile>(), gone: new Map<string, ProfileGone>() };
    for (const each of found)
      for (const key of keysOf(each.ref).map(keyText))
        if (!unknown.has(key)) continue;
        else if ('kind' in each) described.gone.set(key, each);
        else described.told.set(key, each);
    return described;
  }

  private async judge(kept: readonly Kept[]): Promise<{ judged: ReadonlyMap<string, Judged>; labels: Labels }> {
    const all = this.classifiers.list();
    const shown = kept.filter((each) => each.mayClassify && !each.byUs);
    if (shown.length === 0) return { judged: new Map(), labels: effectsOf(all) };
    const { areas } = await this.rules.current();
    const heard = await this.surroundings.ofBatch(this.database, shown, kept, areas);
    const judging = await this.around.judge.judge(all.filter(isQuick), heard, { ms: quickMs });
    for (const { classifier, error } of judging.failed) this.around.classifierFailed(classifier, error);
    return { judged: new Map(shown.map((each, index) => [each.key, judging.judged[index] ?? { findings: [], seenBy: [] }])), labels: effectsOf(all) };
  }

  /** What may be judged, and was new or edited, goes to the classifiers that the pipeline does not wait for. */
  private async classifyLater(tx: Tx, posts: readonly string[]): Promise<void> {
    if (this.classifiers.list().every(isQuick)) return;
    for (let at = 0; at < posts.length; at += mostPosts) await this.around.jobs.enqueue(tx, classifyJob, { posts: posts.slice(at, at + mostPosts) }, {});
  }

}

interface ScreenedBatch extends Screened {
  readonly hashes: HashesOfBatch;
  /** Authors of whom the network said, when it was asked, that they are gone or block us. */
  readonly gone: Described['gone'];
}

/** By the keys under which they were asked for. */
interface Described {
  readonly told: ReadonlyMap<string, Profile>;
  readonly gone: ReadonlyMap<string, ProfileGone>;
}

/** A batch, and all that was decided about it before it is stored. */
interface Decided {
  readonly events: Collapsed;
  readonly screened: ScreenedBatch;
  readonly judged: ReadonlyMap<string, Judged>;
  readonly labels: Labels;
}

/** What is kept is classified and stored in one and the same language: the declared one, else the one that its words show. */
const inItsLanguage = (kept: Kept): Kept => {
  const { lang: declared, ...post } = kept.post;
  const lang = languageOf(post.text, declared);
  return { ...kept, post: lang === undefined ? post : { ...post, lang } };
};

const labelsIn = (judged: ReadonlyMap<string, Judged>): readonly string[] => [...judged.values()].flatMap(({ findings }) => findings.map(({ label }) => label));

const nothingNamed = { posts: new Map<string, string>(), profiles: new Map<string, string>() };

/** What is stored in two rows of which a ref says that they are one, as it will be once they are. */
const underBothNames = <Row extends KnownPost | KnownProfile>(refs: readonly (Ref | undefined)[], rows: Map<string, Row>, joined: (survivor: Row, losers: readonly Row[]) => Row): ReadonlyMap<string, Row> => {
  for (const { key, survivor, losers } of joinsOf(refs, rows, (row) => ('known' in row ? row.known : row.told))) rows.set(keyText(key), joined(survivor, losers));
  return rows;
};

const joinedPost = (survivor: KnownPost, losers: readonly KnownPost[]): KnownPost => {
  const author = [survivor, ...losers].find((row) => row.author !== undefined)?.author;
  return { ...survivor, libraries: [...new Set([survivor, ...losers].flatMap(({ libraries }) => libraries))], ...(author === undefined ? {} : { author }) };
};

const joinedProfile = (survivor: KnownProfile, losers: readonly KnownProfile[]): KnownProfile => ({
  ...survivor, aliases: [...new Set([survivor, ...losers].flatMap(({ aliases, key }) => [...aliases, key.remoteId]))],
});

const countsOf = (screened: Screened, events: Collapsed): Record<string, number> => ({ ...screened.dropped, ...(events.unreadable.length > 0 ? { unreadable: events.unreadable.length } : {}) });

const commitOf = (batch: Batch<unknown>, events: Collapsed, screened: Screened, written: Written, heardAt: Date): ChannelCommit => ({
  ...(batch.cursor === undefined ? {} : { cursor: batch.cursor }),
  ...(batch.heardUntil === undefined ? {} : { heardUntil: batch.heardUntil }),
  ...(batch.events.length === 0 ? {} : { lastEventAt: heardAt }),
  gaps: events.gaps,
  unreadable: events.unreadable,
  counts: { ...countsOf(screened, events), kept: written.told },
});

const taken = (batch: Batch<unknown>, screened: Screened, written: Written, events: Collapsed): Taken => ({
  events: batch.events.length, kept: written.told, dropped: countsOf(screened, events), conversations: written.opened, findings: written.findings,
});
