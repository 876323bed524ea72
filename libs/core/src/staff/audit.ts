import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import type { Queryable } from './permissions.js';

/** What an entry may hold besides its columns: ids, choices and numbers. Never a text: the log outlives what it is about. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface AuditEntry {
  readonly libraryId: string;
  /** Undefined: somebody at the terminal, with the owner's login. */
  readonly actorId: string | undefined;
  /** `<feature>.<what>`, as `staff.invited`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId?: string;
  readonly detail?: AuditDetail;
}

const word = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const isWord = (value: AuditDetail[string]): boolean => {
  if (typeof value === 'string') return word.test(value);
  return !Array.isArray(value) || value.every((item: string) => word.test(item));
};

/** The append-only record of who did what: in the transaction of what was done, so that there is neither without the other. */
@Injectable()
export class Audit {
  /** @throws TypeError where the entry would hold a text: one word of letters, digits, dots, colons and dashes is an id or a choice. */
  async record(tx: Queryable, entry: AuditEntry): Promise<void> {
    const { libraryId, actorId, action, subjectKind, subjectId, detail = {} } = entry;
    const loose = Object.entries({ action, subjectKind, subjectId: subjectId ?? null, ...detail }).filter(([, value]) => !isWord(value));
    if (loose.length > 0) throw new TypeError(`the audit log takes ids, choices and numbers; not so: ${loose.map(([key]) => key).join(', ')}`);
    await tx.query(`insert into audit(id, library_id, actor_id, action, subject_kind, subject_id, detail) values ($1, $2, $3, $4, $5, $6, $7)`, [
      newId(), libraryId, actorId ?? null, action, subjectKind, subjectId ?? null, JSON.stringify(detail),
    ]);
  }
}
