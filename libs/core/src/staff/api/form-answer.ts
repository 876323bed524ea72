import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { httpError } from '../../graphql/index.js';
import { SameOrigin, type SignedIn } from '../index.js';
import { SessionCookie } from '../session-cookie.js';
import { type Form, formPage, pageHeaders } from './pages/page.js';

/** Where whoever signed in goes on, until there is a dashboard. */
const home = '/graphiql';

/**
 * Answers what signs somebody in, to programs and to people: JSON gets `{ "actorId" }` or `{ "error" }`, a form gets the next page or itself again
 * with what is wrong. Both get the session as a cookie, and nothing else of it.
 */
@Injectable()
export class FormAnswer {
  constructor(private readonly sameOrigin: SameOrigin, private readonly cookie: SessionCookie) {}

  show(response: Response, form: Form, values: Readonly<Record<string, string>> = {}): void {
    response.set(pageHeaders).send(formPage(form, { values }));
  }

  async signIn(request: Request, response: Response, form: Form, work: (fields: Readonly<Record<string, unknown>>) => Promise<SignedIn>): Promise<void> {
    const fields = fieldsOf(request.body);
    const byProgram = request.is('json') !== false;
    try {
      // A form of another site could sign its visitor in as somebody else.
      if (!byProgram || request.headers.origin !== undefined) this.sameOrigin.requireOwnOrigin(request.headers);
      const signedIn = await work(fields);
      response.set({ 'set-cookie': this.cookie.set(signedIn.secret), 'cache-control': 'no-store' });
      if (byProgram) response.status(200).json({ actorId: signedIn.actorId });
      else response.redirect(303, home);
    } catch (error) {
      const { status, error: problem } = httpError(error);
      response.status(status);
      if (byProgram) response.set('cache-control', 'no-store').json({ error: problem });
      else response.set(pageHeaders).send(formPage(form, { values: textsOf(fields), problem }));
    }
  }

  signOut(response: Response): void {
    response.set({ 'set-cookie': this.cookie.clear(), 'cache-control': 'no-store' });
  }
}

const fieldsOf = (body: unknown): Readonly<Record<string, unknown>> => (typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {});
const textsOf = (fields: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
