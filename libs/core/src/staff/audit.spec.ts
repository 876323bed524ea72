import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Audit, type AuditDetail } from './audit.js';

const written: unknown[][] = [];
const tx = { query: async <Row>(_sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => (written.push([...parameters]), []) };
const record = (detail: AuditDetail, action = 'test.done'): Promise<void> => new Audit().record(tx, { libraryId: 'l', actorId: undefined, action, subjectKind: 'thing', detail });

describe('the audit log', () => {
  it('takes ids, choices, numbers and lists of them', async () => {
    const detail = { role: 'librarian', to: '0190a5de-0000-7000-8000-000000000000', days: 3, on: true, none: null, scopes: ['read', 'triage'] };
    await record(detail);
    expect(written.at(-1)?.at(-1)).toBe(JSON.stringify(detail));
  });

  it('takes no text: whatever holds a space, a sign or is long is refused before it is written', async () => {
    const before = written.length;
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(text)), async (text) => {
      await expect(record({ text })).rejects.toThrow(TypeError);
      await expect(record({ list: ['fine', text] })).rejects.toThrow(TypeError);
      await expect(record({}, text)).rejects.toThrow(TypeError);
    }));
    expect(written).toHaveLength(before);
  });
});
