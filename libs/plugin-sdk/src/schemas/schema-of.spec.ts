import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { schemaOf, type Agree } from './schema-of.js';

interface Named {
  readonly name: string;
  readonly tags?: readonly string[];
}

// Each line compiles only while the type on its left is what it says: `npm run typecheck` is the test.
const same: Agree<{ name: string; tags?: string[] }, Named> = true;
const lacksOptional: Agree<{ name: string }, Named> = false;
const hasMore: Agree<{ name: string; tags?: string[]; more?: string }, Named> = false;
const isNarrower: Agree<{ name: 'a'; tags?: string[] }, Named> = false;
const requiresOptional: Agree<{ name: string; tags: string[] }, Named> = false;

describe('schemaOf', () => {
  it('agrees with equal types and with no others', () => {
    expect([same, lacksOptional, hasMore, isNarrower, requiresOptional]).toEqual([true, false, false, false, false]);
  });

  it('returns the schema itself', () => {
    const schema = z.object({ name: z.string(), tags: z.array(z.string()).exactOptional() });
    expect(schemaOf<Named>()(schema)).toBe(schema);
  });
});
