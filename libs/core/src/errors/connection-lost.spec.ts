import { describe, expect, it } from '@jest/globals';
import { DatabaseGone, isConnectionLost } from './connection-lost.js';

const coded = (code: string, message = 'failed', more = {}): Error => Object.assign(new Error(message), { code, ...more });

describe('isConnectionLost', () => {
  it.each<[string, unknown]>([
    ['a server that ends', coded('57P01')],
    ['one that is still starting', coded('57P03')],
    ['a connection that broke', coded('08006')],
    ['one that the server cut because its transaction stood still', coded('25P03')],
    ['a refused connection', coded('ECONNREFUSED')],
    ['a socket that is not there', coded('ENOENT', 'failed', { syscall: 'connect' })],
    ['what pg says without a code', new Error('Connection terminated unexpectedly')],
    ['a query runner whose connection broke', new Error('Query runner already released. Cannot run queries anymore.')],
    ['what we made of it', new DatabaseGone(coded('EPIPE'))],
  ])('knows %s', (_, error) => {
    expect(isConnectionLost(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a file that is not there', coded('ENOENT', 'failed', { syscall: 'open' })],
    ['a statement that failed', coded('23505')],
    ['nothing', undefined],
    ['a thrown text', 'Connection'],
  ])('does not take %s for one', (_, error) => {
    expect(isConnectionLost(error)).toBe(false);
  });
});
