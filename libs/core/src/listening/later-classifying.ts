import { Injectable } from '@nestjs/common';
import type { Refusal } from '@earshot/plugin-sdk';
import { rerank } from '../conversations/index.js';
import { Database, type Tx } from '../database/index.js';
import { JobProblem, Jobs } from '../jobs/index.js';
import type { Notices } from '../notices/index.js';
import { type Cause, decide } from '../privacy/index.js';
import { Classifiers, type Judge, type Judged, type NamedClassifier, effectsOf, interestsOf, isInterested, isQuick, neverClassified, replaceFindings, seenMark } from '../understanding/index.js';
import { classifyAgainJob, classifyJob } from './classify-jobs.js';
import type { HearingRulesService } from './hearing-rules.service.js';
import type { ClassifierFailed } from './listening.service.js';
import { type StoredHeard, Surroundings } from './surroundings.js';
import { tellCrises } from './tell-staff.js';

/** Posts whose verdicts are renewed when a classifier changes: older ones stay as they were judged. */
const recentDays = 30;
const batchSize = 500;
/** What one classifier has for one batch. */
const patienceMs = 300_000;

interface Around {
  readonly judge: Judge;
  readonly classifierFailed: ClassifierFailed;
  /** Tells staff what does not wait. */
  readonly notices?: Notices;
}

/**
 * Classifying outside of the pipeline: those that are slow, and those that changed or failed.
 *
 * A post carries the mark of each classifier, with its version, that is done with it. So a job may run twice, and after a failure only what
 * failed is asked again. Nothing is stored on a post that was edited meanwhile: its edit brought a job of its own.
 */
@Injectable()
export class LaterClassifying {
  private readonly surroundings = new Surroundings();

  constructor(
    private readonly database: Database,
    private readonly rules: HearingRulesService,
    private readonly classifiers: Classifiers,
    jobs: Jobs,
    private readonly around: Around,
  ) {
    jobs.handle(classifyJob, ({ data, abort }) => this.classify(data.posts, abort));
    jobs.handle(classifyAgainJob, ({ abort }) => this.classifyAgain(abort));
  }

  /** @throws JobProblem where a classifier failed; what the others found is stored. */
  async classify(posts: readonly string[], abort: AbortSignal): Promise<void> {
    report(await this.show(posts, this.classifiers.list().filter((named) => !isQuick(named)), abort));
  }

  /** Everything recent that a classifier of today has not seen, in the order of ids. */
  async classifyAgain(abort: AbortSignal): Promise<void> {
    const all = this.classifiers.list();
    // Left out for the rest of this run: it would fail at every batch.
    const failed = new Set<string>();
    const marks = all.map(({ id, classifier }) => seenMark(id, classifier.version));
    for (let after = '00000000-0000-0000-0000-000000000000'; !abort.aborted; ) {
      const rows = await this.database.listening((tx) =>
        tx.query<{ id: string }>(
          `select id from post where id > $1 and known and gone_at is null and text is not null and heard_at > now() - make_interval(days => $2)
             and not (classified_by @> $3::text[]) and not ($4 = any(classified_by)) order by id limit $5`,
          [after, recentDays, marks, neverClassified, batchSize],
        ));
      const last = rows.at(-1);
      if (last === undefined) return report(failed);
      after = last.id;
      // The quick ones first: the slow ones wait for what they find.
      for (const classifiers of [all.filter(isQuick), all.filter((named) => !isQuick(named))])
        for (const id of await this.show(rows.map((row) => row.id), classifiers.filter((named) => !failed.has(named.id)), abort)) failed.add(id);
    }
  }

  /** Cheaper ones first, as they say by what they wait for. Answers with those that failed. */
  private async show(posts: readonly string[], classifiers: readonly NamedClassifier[], abort: AbortSignal): Promise<ReadonlySet<string>> {
    const failed = new Set<string>();
    const { areas } = await this.rules.current();
    for (const named of [...classifiers].sort((a, b) => Number(interestsOf(a) !== undefined) - Number(interestsOf(b) !== undefined))) {
      if (abort.aborted) throw abort.reason;
      const mark = seenMark(named.id, named.classifier.version);
      const stored = await this.database.listening((tx) => this.surroundings.ofStored(tx, posts, areas));
      const waiting = stored.filter((each) => !each.seenBy.includes(mark) && mayClassify(each));
      const shown = waiting.filter((each) => isInterested(named, each.findings));
      const judging = await this.around.judge.judge([named], shown.map((each) => each.heard), { ms: patienceMs, abort });
      for (const { classifier, error } of judging.failed) {
        failed.add(classifier);
        this.around.classifierFailed(classifier, error);
      }
      // One that failed is asked again about what it was shown; what it does not want to see is done with.
      const judged = new Map(judging.failed.length > 0 ? [] : shown.map((each, at) => [each.id, judging.judged[at] as Judged]));
      const done = waiting.filter((each) => judged.has(each.id) || !shown.includes(each));
      if (done.length > 0) await this.database.listening((tx) => this.store(tx, named, done, judged));
    }
    return failed;
  }

  private async store(tx: Tx, named: NamedClassifier, done: readonly StoredHeard[], judged: ReadonlyMap<string, Judged>): Promise<void> {
    const mark = seenMark(named.id, named.classifier.version);
    // Those that wait for its findings have not seen these.
    const waiting = isQuick(named) ? this.classifiers.list().filter((each) => interestsOf(each) !== undefined).map((each) => each.id) : [];
    const rows = await tx.query<{ id: string }>(
      `update post p set classified_by = array(select m from unnest(p.classified_by) m where not (regexp_replace(m, '@[^@]*$', '') = any($3::text[]))) || $4::text
       from (select p.id from unnest($1::uuid[], $2::text[]) as seen(id, version) join post p on p.id = seen.id and p.version = seen.version and p.gone_at is null
             order by p.id for update of p) still
       where p.id = still.id returning p.id`,
      [done.map((each) => each.id), done.map((each) => each.version), [named.id, ...waiting], mark],
    );
    const stored = rows.map((row) => row.id);
    await replaceFindings(tx, stored.map((postId) => ({ postId, judged: judged.get(postId) ?? { findings: [], seenBy: [mark] } })));
    const conversations = await tx.query<{ id: string }>('select distinct c.id from conversation c join post p using (thread_id) where p.id = any($1::uuid[]) and c.merged_into is null', [stored]);
    const labels = effectsOf(this.classifiers.list());
    await rerank(tx, conversations.map((row) => row.id), labels);
    await tellCrises(tx, this.around.notices, stored, stored.flatMap((id) => judged.get(id)?.findings.map(({ label }) => label) ?? []), labels);
  }
}

/** Asked again: between storing and now the author may have refused. */
const mayClassify = ({ refusals, cause }: StoredHeard & { readonly refusals: readonly Refusal[] }): boolean => decide(refusals, (cause ?? 'thread') as Cause, 'classify').allowed;

const report = (failed: ReadonlySet<string>): void => {
  if (failed.size > 0) throw new JobProblem(`${failed.size === 1 ? 'This classifier' : 'These classifiers'} failed: ${[...failed].sort().join(', ')}. The log says how; what the others found is stored.`);
};
