import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { withCorrelation } from './correlation.js';

/** What a proxy or a client may name a request by: nothing that could break a line or hide what stands in it. */
const plainId = /^[\w.-]{8,64}$/;

/** Names each request, by what the caller calls it where that is a plain short id; the answer says the name, and so does each line of the log about it. To be mounted before everything else. */
export const correlateRequests = ({ headers }: IncomingMessage, response: ServerResponse, next: () => void): void => {
  const told = headers['x-request-id'];
  const id = typeof told === 'string' && plainId.test(told) ? told : randomUUID();
  response.setHeader('x-request-id', id);
  withCorrelation(id, next);
};
