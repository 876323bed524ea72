import type { Suggestion } from '@earshot/plugin-sdk';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { Database, type Tx } from '../database/index.js';
import { type JobRun, Jobs, defineJob } from '../jobs/index.js';
import type { AccountAdvisor } from '../plugins/index.js';
import { AdviceRepository, type AdviceToDo } from './advice.repository.js';
import type { AdviceRow, AskedOf } from './advice.row.js';
import { type AskedAdvisor, AskedAdvisors, type Working } from './asked-advisors.js';
import { BatchesInTurn } from './batches-in-turn.js';
import { failureWords } from './failure-words.js';
import type { FoundSuggestion } from './join-suggestions.js';
import { suggestionKeys } from './suggestion-keys.js';
import { SuggestionsRepository } from './suggestions.repository.js';
import { asSuggestion, isCited } from './as-suggestion.js';

const dataSchema = z.strictObject({ adviceId: z.uuid() });

/** One advisor asked: those of one asking are asked at once, and whoever hangs holds up nobody. What the advisor does wrong is no failure of the job. */
export const adviseJob = defineJob({
  name: 'advising.advise', data: dataSchema, actsFor: 'library', atOnce: 12, deadlineSeconds: 90, retry: { times: 2, firstSeconds: 1, longestSeconds: 10 }, outside: true,
});

type Run = JobRun<z.infer<typeof dataSchema>, 'library'>;

/** Runs {@link adviseJob}: stores what an advisor finds as it comes, ends its advice in words, and, once all have ended, asks who knows more. */
@Injectable()
export class AdviseJobs {
  private readonly logger = new Logger('advising');

  constructor(
    private readonly database: Database,
    private readonly advice: AdviceRepository,
    private readonly suggestions: SuggestionsRepository,
    private readonly advisors: AskedAdvisors,
    jobs: Jobs,
  ) {
    jobs.handle(adviseJob, (run) => this.advise(run));
  }

  private async advise({ data, abort, library }: Run): Promise<void> {
    const working: Working = (work) => this.database.working(library.actorId, work);
    const advice = await working((tx) => this.advice.begin(tx, library.id, data.adviceId));
    if (advice === undefined) return;
    const failure = await this.gather(advice, abort, working);
    abort.throwIfAborted();
    const last = await working(async (tx) => {
      const ended = await this.advice.end(tx, advice, failure);
      tell(tx, advice);
      return ended;
    });
    if (last) await this.enrich(advice, abort, working);
  }

  /** @returns why it failed, in words. */
  private async gather(advice: AdviceToDo, abort: AbortSignal, working: Working): Promise<string | undefined> {
    const unwanted = new AbortController();
    const batches = new BatchesInTurn<FoundSuggestion>(async (found) => {
      const wanted = await working(async (tx) => {
        tell(tx, advice);
        return this.advice.add(tx, advice, found);
      });
      if (!wanted) unwanted.abort(new Error('this advice is not wanted any more'));
    });
    let failure: string | undefined;
    try {
      const advisor = await this.advisors.advisor(advice, working);
      let place = 0;
      for await (const suggestion of advisor.advise(needOf(advice), AbortSignal.any([abort, unwanted.signal]))) batches.add({ place: ++place, suggestion });
    } catch (error) {
      failure = unwanted.signal.aborted ? undefined : failureWords(error);
      if (failure === undefined && !unwanted.signal.aborted) throw error;
    }
    await batches.end();
    return failure;
  }

  /** Advisors that know more of what others found: each about all of it, and nobody waits for them. */
  private async enrich(advice: AdviceRow, abort: AbortSignal, working: Working): Promise<void> {
    const [all, asked] = await working(async (tx) => [
      await this.suggestions.ofNeed(tx, advice),
      await tx.query<AskedOf>('select account_id as "accountId", house from advice where conversation_id = $1 and library_id = $2 and need = $3', [advice.conversationId, advice.libraryId, advice.need]),
    ]);
    const found = all.filter(isCited).map(asSuggestion);
    if (found.length === 0) return;
    await Promise.all(
      asked.map(async (of) => {
        try {
          const { enrich } = await this.advisors.advisor(of, working);
          if (enrich !== undefined) await this.enrichBy(enrich, found, { advice, abort, working });
        } catch (error) {
          if (failureWords(error) === undefined) throw error;
          this.logger.warn(`an advisor could not tell more of what others found (account ${of.accountId}, ${(error as Error).name})`);
        }
      }),
    );
  }

  private async enrichBy(
    enrich: NonNullable<AccountAdvisor['enrich']>, found: readonly Suggestion[],
    { advice, abort, working }: { readonly advice: AdviceRow; readonly abort: AbortSignal; readonly working: Working },
  ): Promise<void> {
    const batches = new BatchesInTurn<Suggestion>((richer) =>
      working(async (tx) => {
        for (const one of richer) await this.advice.enrich(tx, advice, one, suggestionKeys(one.identifiers));
        tell(tx, advice);
      }),
    );
    try {
      for await (const richer of enrich(found, abort)) batches.add(richer);
    } finally {
      await batches.end();
    }
  }
}

const needOf = ({ libraryId, need, lang, near, authorLang }: AdviceToDo): Parameters<AskedAdvisor['advise']>[0] => ({ libraryId, restated: need, wordsLang: lang, lang: authorLang ?? lang, ...(near === null ? {} : { near }) });

const tell = (tx: Tx, { conversationId, libraryId }: AdviceRow): void => tx.hint({ kind: 'suggestions', id: conversationId, library: libraryId });
