import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseSeen } from './database-probe.js';
import { Readiness } from './readiness.js';

let seen: () => Promise<DatabaseSeen>;
let readiness: Readiness;
beforeEach(() => {
  seen = () => Promise.resolve({});
  readiness = new Readiness({ look: () => seen() });
});

describe('a process', () => {
  it('is not ready before it has started, and not once it stops, without asking anybody', async () => {
    seen = () => Promise.reject(new Error('nobody is to be asked'));
    expect(await readiness.look()).toEqual({ ready: false, reasons: ['Earshot is starting.'], remarks: [] });
    readiness.started();
    readiness.stopping();
    readiness.started();
    expect(await readiness.look()).toEqual({ ready: false, reasons: ['Earshot is stopping.'], remarks: [] });
  });

  it('is not ready where the database is away, and says nothing of loops that wait for it', async () => {
    readiness.watch({ name: 'listening', quietMs: () => 600_000 });
    readiness.started();
    seen = () => Promise.resolve({ wrong: 'The database refuses connections.' });
    expect(await readiness.look()).toEqual({ ready: false, reasons: ['The database refuses connections.'], remarks: [] });
  });

  it('is not ready where a loop stands still, and is again once it turns', async () => {
    let quiet = 180_000;
    readiness.watch({ name: 'listening', quietMs: () => quiet });
    readiness.watch({ name: 'the jobs', quietMs: () => 1_000 });
    readiness.started();
    expect(await readiness.look()).toEqual({ ready: false, reasons: ['The loop of listening has not turned for 180 s.'], remarks: [] });
    quiet = 900;
    expect(await readiness.look()).toEqual({ ready: true, reasons: [], remarks: [] });
  });

  it('that is asked to stop while it asks the database is not ready', async () => {
    const asked = Promise.withResolvers<DatabaseSeen>();
    seen = () => asked.promise;
    readiness.started();
    const look = readiness.look();
    readiness.stopping();
    asked.resolve({});
    expect(await look).toMatchObject({ ready: false, reasons: ['Earshot is stopping.'] });
  });

  it('beside a newer one goes on, and says that it is old', async () => {
    seen = () => Promise.resolve({ newer: true });
    readiness.started();
    expect(await readiness.look()).toMatchObject({ ready: true, remarks: [expect.stringContaining('newer Earshot')] });
  });
});
