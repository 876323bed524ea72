import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { writtenId } from '../../follows/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../../staff/index.js';
import { OwnVersionExists, SavedAnswerChanged, SavedAnswerRemoved, TooManySavedAnswers } from './saved-answer.errors.js';
import type { SavedAnswerRow } from './saved-answer.row.js';
import { SavedAnswersRepository } from './saved-answers.repository.js';
import { type AnswerWish, writtenAnswer } from './written-answer.js';

/** What is sent in a library's name is written by people: a token reads it. */
export const mayWriteAnswers: Needed = { scope: 'draft', role: 'librarian', person: true };
/** So many that every one of them can be looked into whenever somebody asks. */
export const mostAnswers = 2_000;

export type SavedAnswerError = SavedAnswerChanged | SavedAnswerRemoved | OwnVersionExists | TooManySavedAnswers;

/**
 * Saved answers: written by their own library, used by it and all below it. A library below hides one for itself and those below it, or puts a version of its own in its place.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
@Injectable()
export class SavedAnswersService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly answers: SavedAnswersRepository,
    private readonly audit: Audit,
  ) {}

  /** @param insteadOfId of a library above, or of the program: the new one takes its place */
  create(actor: Actor, libraryId: string, wish: AnswerWish, insteadOfId?: string): Promise<SavedAnswerRow | SavedAnswerError> {
    const [at, told, base] = [writtenId(libraryId, 'libraryId'), writtenAnswer(wish), insteadOfId === undefined ? undefined : writtenId(insteadOfId, 'insteadOfId')];
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, at, mayWriteAnswers);
      await this.answers.lock(tx, at);
      if (base !== undefined) {
        await this.fromElsewhere(tx, { libraryId: at, id: base }, 'insteadOfId');
        const taken = await this.answers.versionOf(tx, at, base);
        if (taken !== undefined) return new OwnVersionExists(taken);
      }
      const full = await this.full(tx, at);
      if (full !== undefined) return full;
      const id = newId();
      await this.answers.insert(tx, { id, libraryId: at, by: actor.id, insteadOfId: base }, told);
      return this.record(tx, actor, { libraryId: at, id }, 'created');
    });
  }

  /** @param version that was read */
  change(actor: Actor, answerId: string, version: number, wish: AnswerWish): Promise<SavedAnswerRow | SavedAnswerError> {
    const told = writtenAnswer(wish);
    return this.step(actor, answerId, async (tx, at) => {
      if (await this.answers.change(tx, { ...at, by: actor.id, version }, told)) return this.record(tx, actor, at, 'changed');
      const now = await this.read(tx, at);
      return now.standing === 'removed' ? new SavedAnswerRemoved() : new SavedAnswerChanged(now.version);
    });
  }

  /** It is used no more, and can be restored. */
  remove(actor: Actor, answerId: string): Promise<SavedAnswerRow | SavedAnswerError> {
    return this.step(actor, answerId, async (tx, at) => {
      await this.answers.setRemoved(tx, { ...at, by: actor.id, removed: true });
      return this.record(tx, actor, at, 'removed');
    });
  }

  restore(actor: Actor, answerId: string): Promise<SavedAnswerRow | SavedAnswerError> {
    return this.step(actor, answerId, async (tx, at) => {
      const { standing, insteadOfId } = await this.read(tx, at);
      if (standing !== 'removed') return this.read(tx, at);
      const taken = insteadOfId === null ? undefined : await this.answers.versionOf(tx, at.libraryId, insteadOfId);
      if (taken !== undefined) return new OwnVersionExists(taken);
      const full = await this.full(tx, at.libraryId);
      if (full !== undefined) return full;
      await this.answers.setRemoved(tx, { ...at, by: actor.id, removed: false });
      return this.record(tx, actor, at, 'restored');
    });
  }

  /** One of a library above, or of the program: for this library, and those below it. */
  setHidden(actor: Actor, libraryId: string, answerId: string, hidden: boolean): Promise<SavedAnswerRow> {
    const at = { libraryId: writtenId(libraryId, 'libraryId'), id: writtenId(answerId, 'id') };
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, at.libraryId, mayWriteAnswers);
      await this.fromElsewhere(tx, at, 'id');
      await this.answers.setHidden(tx, at, actor.id, hidden);
      return this.record(tx, actor, at, hidden ? 'hidden' : 'shown');
    });
  }

  /** What stands in the way of one more. */
  async full(tx: Tx, libraryId: string, more = 1): Promise<TooManySavedAnswers | undefined> {
    return (await this.answers.count(tx, libraryId)) + more > mostAnswers ? new TooManySavedAnswers(mostAnswers) : undefined;
  }

  /** Writes down what was done, and answers with what there is now. */
  async record(tx: Tx, actor: Actor, at: { readonly libraryId: string; readonly id: string }, what: string, detail: AuditDetail = {}): Promise<SavedAnswerRow> {
    const row = await this.read(tx, at);
    await this.audit.record(tx, { libraryId: at.libraryId, actorId: actor.id, action: `saved-answer.${what}`, subjectKind: 'saved-answer', subjectId: at.id, detail: { version: row.version, ...detail } });
    tx.hint({ kind: 'saved-answer', id: at.id, library: at.libraryId, version: row.version });
    return row;
  }

  /** With what is a library's own, locked. */
  private step<Result>(actor: Actor, answerId: string, work: (tx: Tx, at: { readonly libraryId: string; readonly id: string }) => Promise<Result>): Promise<Result> {
    const id = writtenId(answerId, 'id');
    this.permissions.requireKind(actor, mayWriteAnswers);
    return this.database.as(actor.id, async (tx) => {
      const libraryId = await this.answers.ownerOf(tx, id);
      if (libraryId === undefined) throw new PlatformError('NOT_FOUND', 'None of your libraries has such an answer of its own. What is of a library above you can hide, or put your own version in its place.', 'id');
      await this.permissions.require(tx, actor, libraryId, mayWriteAnswers);
      await this.answers.lock(tx, libraryId);
      return work(tx, { libraryId, id });
    });
  }

  private async fromElsewhere(tx: Tx, at: { readonly libraryId: string; readonly id: string }, field: string): Promise<void> {
    const row = await this.answers.one(tx, at);
    if (row === undefined || row.standing === 'removed') throw new PlatformError('NOT_FOUND', 'There is no such saved answer.', field);
    if (row.libraryId === at.libraryId) throw new PlatformError('BAD_INPUT', `This is your library's own answer: change or remove it.`, field);
  }

  private async read(tx: Tx, at: { readonly libraryId: string; readonly id: string }): Promise<SavedAnswerRow> {
    const row = await this.answers.one(tx, at);
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such saved answer.', 'id');
    return row;
  }
}

