import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import { writtenId } from '../../follows/index.js';
import { type Actor, Audit, Permissions, type Queryable } from '../../staff/index.js';
import { type AnswerFile, type PlannedEntry, planEntries, readAnswerFile, writeAnswerFiles } from './answer-file.js';
import { SavedAnswerFileUnreadable, type TooManySavedAnswers } from './saved-answer.errors.js';
import { SavedAnswersRepository } from './saved-answers.repository.js';
import { mayWriteAnswers, SavedAnswersService } from './saved-answers.service.js';

/** Saved answers as files: to keep them, to write many at once, and to hand them to another library. Only a library's own leave, and only such come in. */
@Injectable()
export class AnswerFilesService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly answers: SavedAnswersRepository,
    private readonly saved: SavedAnswersService,
    private readonly audit: Audit,
  ) {}

  /** @throws PlatformError BAD_INPUT */
  async write(reads: Queryable, libraryId: string): Promise<readonly AnswerFile[]> {
    return writeAnswerFiles(await this.answers.own(reads, writtenId(libraryId, 'libraryId')));
  }

  /** What a file would do, which does nothing yet. */
  async plan(reads: Queryable, libraryId: string, content: string): Promise<readonly PlannedEntry[] | SavedAnswerFileUnreadable> {
    const read = readAnswerFile(content);
    return 'why' in read ? new SavedAnswerFileUnreadable(read.why) : planEntries(read.entries, await this.answers.own(reads, writtenId(libraryId, 'libraryId')));
  }

  /**
   * What {@link plan} says, as it is now: all of it that can be read, in one transaction.
   * @throws PlatformError NOT_FOUND, FORBIDDEN, BAD_INPUT
   */
  bring(actor: Actor, libraryId: string, content: string): Promise<readonly PlannedEntry[] | SavedAnswerFileUnreadable | TooManySavedAnswers> {
    const at = writtenId(libraryId, 'libraryId');
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, at, mayWriteAnswers);
      await this.answers.lock(tx, at);
      const planned = await this.plan(tx, at, content);
      if (planned instanceof SavedAnswerFileUnreadable) return planned;
      const count = (does: string): number => planned.filter((entry) => entry.does === does).length;
      const full = count('new') === 0 ? undefined : await this.saved.full(tx, at, count('new'));
      if (full !== undefined) return full;
      const done: PlannedEntry[] = [];
      for (const entry of planned) done.push(await this.apply(tx, actor, at, entry));
      await this.audit.record(tx, { libraryId: at, actorId: actor.id, action: 'saved-answers.imported', subjectKind: 'library', subjectId: at, detail: { new: count('new'), changed: count('changed'), leftOut: count('left-out') } });
      return done;
    });
  }

  private async apply(tx: Tx, actor: Actor, libraryId: string, entry: PlannedEntry): Promise<PlannedEntry> {
    const { does, told, own } = entry;
    if (told === undefined || (does !== 'new' && does !== 'changed')) return entry;
    const id = own?.id ?? newId();
    if (own === undefined) await this.answers.insert(tx, { id, libraryId, by: actor.id }, told);
    else await this.answers.change(tx, { id, libraryId, by: actor.id, version: own.version }, told);
    const row = await this.answers.one(tx, { libraryId, id });
    tx.hint({ kind: 'saved-answer', id, library: libraryId, ...(row === undefined ? {} : { version: row.version }) });
    return { ...entry, own: row };
  }
}
