import { Controller, Get, HttpCode, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../errors/index.js';
import { HttpErrorFilter } from '../../graphql/index.js';
import { ActorResolver, SameOrigin, SetupLink } from '../index.js';
import { SessionsRepository } from '../sessions.repository.js';
import { SignIn } from '../sign-in.service.js';
import { FormAnswer } from './form-answer.js';
import { passwordForm, setupForm, signInForm } from './pages/forms.js';

const credentials = z.object({ email: z.string('The e-mail address is missing.').max(320), password: z.string('The password is missing.') });
const byClient = credentials.extend({ client: z.string('Say what the client is called: "client" is missing.').max(1_000) });
const byLink = z.object({ key: z.string('The key is missing.').max(200), password: z.string('The password is missing.') });

/** The doors in and out, for programs (JSON) and for people without any script (forms). */
@Controller()
@UseFilters(HttpErrorFilter)
export class SignInController {
  constructor(
    private readonly signIn: SignIn,
    private readonly setup: SetupLink,
    private readonly actors: ActorResolver,
    private readonly sameOrigin: SameOrigin,
    private readonly sessions: SessionsRepository,
    private readonly answer: FormAnswer,
  ) {}

  @Get('sign-in')
  showSignIn(@Res() response: Response): void {
    this.answer.show(response, signInForm);
  }

  @Post('sign-in')
  async doSignIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer.signIn(request, response, signInForm, (fields) => {
      const { email, password } = credentials.parse(fields);
      return this.signIn.withPassword(email, password, request.ip ?? '');
    });
  }

  /**
   * For clients that are no browser. What they are told they send as `Authorization: Bearer …`: never as a cookie, so nothing that another site makes a browser do
   * is signed by it. Only JSON: for that a page of another site would have to ask first, and is not let.
   */
  @Post('sign-in/client')
  async doSignInClient(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.is('json') === false) throw new PlatformError('BAD_INPUT', 'Send JSON, as application/json: { "email", "password", "client" }.');
    const { email, password, client } = byClient.parse(request.body);
    const signedIn = await this.signIn.asClient(email, password, request.ip ?? '', client);
    response.set({ 'cache-control': 'no-store' }).status(200).json(signedIn);
  }

  @Get('setup')
  showSetup(@Res() response: Response, @Query('key') key?: unknown): void {
    this.answer.show(response, setupForm, { key: textOf(key) });
  }

  @Post('setup')
  async doSetup(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer.signIn(request, response, setupForm, (fields) => this.setup.use(fields, request.ip ?? ''));
  }

  @Get('password')
  showPassword(@Res() response: Response, @Query('key') key?: unknown): void {
    this.answer.show(response, passwordForm, { key: textOf(key) });
  }

  @Post('password')
  async doPassword(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer.signIn(request, response, passwordForm, (fields) => {
      const { key, password } = byLink.parse(fields);
      return this.signIn.withPasswordLink(key, password, request.ip ?? '');
    });
  }

  /** Ends the session of this cookie. Well also where there is none any more. */
  @Post('sign-out')
  @HttpCode(204)
  async doSignOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    this.sameOrigin.requireOwnScript(request.headers);
    const authority = await this.actors.resolve({ cookie: request.headers.cookie });
    if (authority?.sessionId !== undefined) await this.sessions.revoke(authority.actor.id, authority.sessionId);
    this.answer.signOut(response);
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
