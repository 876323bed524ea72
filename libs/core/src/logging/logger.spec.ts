import { describe, expect, it } from '@jest/globals';
import { Secret } from '../config/secret.js';
import { withCorrelation } from './correlation.js';
import { createLogging, type Logging } from './logger.js';
import { NestLogger } from './nest-logger.js';

function recorded(format: 'json' | 'pretty' = 'json', level: 'debug' | 'info' = 'debug'): { logging: Logging; lines: string[]; last(): Record<string, unknown> } {
  const lines: string[] = [];
  return {
    logging: createLogging({ level, format }, { write: (line) => void lines.push(line) }),
    lines,
    last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>,
  };
}

describe('a logger', () => {
  it('writes one JSON object a line, named by its feature', () => {
    const { logging, lines, last } = recorded();
    logging.logger('listening').info('Heard a batch.', { kept: 3, channel: 'c1' });
    expect(last()).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), name: 'listening', msg: 'Heard a batch.', kept: 3, channel: 'c1' });
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  it('carries the correlation of the work that it speaks of, over awaits', async () => {
    const { logging, last } = recorded();
    await withCorrelation('request-7', async () => {
      await Promise.resolve();
      logging.logger('api').warn('Slow.');
    });
    expect(last()['correlation']).toBe('request-7');
    logging.logger('api').warn('Slow.');
    expect(last()).not.toHaveProperty('correlation');
  });

  it('keeps to its level', () => {
    const { logging, lines } = recorded('json', 'info');
    logging.logger('x').debug('quiet');
    expect(lines).toEqual([]);
  });

  it.each(['password', 'accessToken', 'access_token', 'Authorization', 'cookie', 'clientSecret', 'apiKey', 'text', 'html', 'email', 'address', 'draftText'])('hides what stands under "%s", however deep', (key) => {
    const { logging, lines } = recorded();
    logging.logger('x').info('Sent.', { id: 'r1', request: [{ [key]: 'hunter2' }] });
    expect(lines[0]).toContain('[hidden]');
    expect(lines[0]).not.toContain('hunter2');
    expect(lines[0]).toContain('r1');
  });

  it('logs of an error its name, code, stack and causes, and not the row that a database refused', () => {
    const { logging, last, lines } = recorded();
    const refused = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (text)=(hunter2)', parameters: ['hunter2'] });
    logging.logger('x').error('A batch was lost.', new Error('commit failed', { cause: refused }));
    expect(last()['error']).toMatchObject({ name: 'Error', message: 'commit failed', stack: expect.stringContaining('logger.spec'), cause: { code: '23505', message: 'duplicate key' } });
    expect(lines[0]).not.toContain('hunter2');
    logging.logger('x').info('As a fact.', { why: refused });
    expect(lines[1]).not.toContain('hunter2');
  });

  it('survives any facts', () => {
    const { logging, last } = recorded();
    const circle: Record<string, unknown> = { size: 10n, when: new Date(Number.NaN), bytes: new Uint8Array(3), held: new Secret('hunter2'), map: new Map([['token', 'hunter2']]) };
    circle['self'] = circle;
    logging.logger('x').info('Odd.', circle);
    expect(last()).toMatchObject({ size: '10', when: 'no date', bytes: '3 bytes', map: { token: '[hidden]' } });
    expect(JSON.stringify(last())).not.toContain('hunter2');
  });

  it('writes for people on a terminal, without what would repaint it', () => {
    const { logging, lines } = recorded('pretty');
    logging.logger('listening').warn('Fell behind.', { channel: 'c1', seconds: 12, host: 'a\u001b[2Jb' });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}listening {2}Fell behind\. channel=c1 seconds=12 host="a\\u001b\[2Jb"\n$/);
    logging.logger('listening').error('Bad\u009b name.', new Error('why'));
    expect(lines[1]).toContain('Bad� name.\n    Error: why\n        at ');
  });
});

describe('NestLogger', () => {
  it('names the part of Nest, and keeps errors with their stack', () => {
    const { logging, last } = recorded();
    const nest = new NestLogger(logging);
    nest.log('Mapped {/health}', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'debug', name: 'nest.RouterExplorer', msg: 'Mapped {/health}' });
    nest.error('It broke', 'Error: It broke\n    at somewhere', 'ExceptionsHandler');
    expect(last()).toMatchObject({ level: 'error', name: 'nest.ExceptionsHandler', error: { message: 'It broke', stack: 'Error: It broke\n    at somewhere' } });
    nest.error(new Error('whole'));
    expect(last()).toMatchObject({ name: 'nest', error: { message: 'whole' } });
  });
});
