import { Controller, Get, Logger, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { httpError } from '../graphql/index.js';
import { callbackPath } from '../plugins/index.js';
import { messagePage, pageHeaders } from '../staff/api/index.js';
import { ActorResolver } from '../staff/index.js';
import { SignInLost } from './account-sign-in.errors.js';
import { AccountSignInService } from './account-sign-in.service.js';

/**
 * Where networks send people back after they said yes, or no. It changes something by a GET that another site brings about, so it asks for two
 * things that no other site has: the session of a person, and the ticket that this very person was given.
 */
@Controller()
export class AccountCallbackController {
  private readonly log = new Logger('accounts');

  constructor(
    private readonly actors: ActorResolver,
    private readonly service: AccountSignInService,
  ) {}

  @Get(callbackPath.slice(1))
  async comeBack(@Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      // The cookie alone: a token signs in nowhere.
      const authority = await this.actors.resolve({ cookie: request.headers.cookie });
      if (authority === undefined) {
        this.say(response, 401, 'Sign in to Earshot first', 'The sign-in at the network is not finished: sign in to Earshot in this browser and load this page again. Or paste its address where you began.');
        return;
      }
      const query = new URL(request.originalUrl, 'http://here.invalid').searchParams;
      const finished = await this.service.finish(authority.actor, query);
      if (finished instanceof SignInLost) this.say(response, 400, 'Not signed in', `${finished.message} Where it was begun at a terminal, paste the address of this page there.`);
      else if ('code' in finished) this.say(response, 400, 'Not signed in', finished.message);
      else this.say(response, 200, 'Signed in', `The account “${finished.name}” is signed in. You can close this page.`);
    } catch (error) {
      const { status, error: problem } = httpError(error);
      this.log.debug(`a sign-in came back and ended with ${status}`);
      this.say(response, status, 'Not signed in', problem.message);
    }
  }

  private say(response: Response, status: number, title: string, words: string): void {
    response.status(status).set(pageHeaders).send(messagePage(title, words));
  }
}
