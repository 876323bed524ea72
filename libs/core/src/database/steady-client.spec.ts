import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SteadyClient } from './steady-client.js';

describe('SteadyClient', () => {
  it('ends nothing where its server is said to be dead after everybody let go of it, as the client it extends does', () => {
    const dead = new Error('terminating connection due to unexpected postmaster exit');
    expect(() => new pg.Client().emit('error', dead)).toThrow('unexpected postmaster exit');
    expect(new SteadyClient().emit('error', dead)).toBe(true);
  });
});
