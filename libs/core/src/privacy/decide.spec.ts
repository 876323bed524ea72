import { describe, expect, it } from '@jest/globals';
import type { Purpose } from '@earshot/plugin-sdk';
import { type Cause, causes, consentTable, decide } from './decide.js';

const refusal = (purpose: Purpose) => [{ purpose, sign: `no ${purpose}, says the bio` }];

describe('decide', () => {
  it('allows everything to whoever refuses nothing', () => {
    for (const cause of causes) for (const purpose of Object.keys(consentTable) as Purpose[]) expect(decide([], cause, purpose)).toEqual({ allowed: true });
  });
  it.each<[Purpose, Cause, Purpose, boolean]>([
    ['search', 'followed', 'keep', true],
    ['search', 'thread', 'keep', true],
    ['search', 'addressed', 'keep', true],
    ['search', 'search', 'keep', false],
    ['search', 'followed', 'search', false],
    ['keep', 'followed', 'keep', false],
    ['keep', 'thread', 'keep', false],
    ['keep', 'addressed', 'keep', true],
    ['keep', 'addressed', 'answer', true],
    ['keep', 'addressed', 'classify', false],
    ['classify', 'addressed', 'classify', false],
    ['classify', 'followed', 'keep', true],
    ['draft-by-machine', 'followed', 'draft-by-machine', false],
    ['draft-by-machine', 'followed', 'classify', true],
    ['show-publicly', 'thread', 'show-publicly', false],
    ['show-publicly', 'thread', 'answer', true],
    ['answer', 'addressed', 'answer', true],
    ['answer', 'thread', 'answer', false],
    ['answer', 'search', 'keep', true],
  ])('an author who refuses %s, heard as %s: may we %s? %s', (refused, cause, purpose, allowed) => {
    expect(decide(refusal(refused), cause, purpose).allowed).toBe(allowed);
  });
  it('forbids nothing of what staff brought in, since nobody tells them what its author refuses', () => {
    for (const purpose of Object.keys(consentTable) as Purpose[]) expect(consentTable[purpose]['brought-in']).toEqual([]);
  });
  it('answers with the sign that decided', () => {
    expect(decide([...refusal('answer'), ...refusal('keep')], 'followed', 'keep').because?.sign).toBe('no keep, says the bio');
  });
  it('never allows more for a weaker cause than for a stronger one', () => {
    for (const purpose of Object.keys(consentTable) as Purpose[])
      for (const [stronger, weaker] of [['addressed', 'followed'], ['followed', 'thread'], ['thread', 'search']] as const)
        for (const forbidden of consentTable[purpose][stronger]) expect(consentTable[purpose][weaker]).toContain(forbidden);
  });
});
