import { Controller, Get, HttpCode, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { HttpErrorFilter } from '../../graphql/index.js';
import { ActorResolver, SameOrigin, SetupLink } from '../index.js';
import { SessionsRepository } from '../sessions.repository.js';
import { SignIn } from '../sign-in.service.js';
import { FormAnswer } from './form-answer.js';
import { passwordForm, setupForm, signInForm } from './pages/forms.js';

const credentials = z.object({ email: z.string('The e-mail address is missing.').max(320), password: z.string('The password is missing.') });
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
