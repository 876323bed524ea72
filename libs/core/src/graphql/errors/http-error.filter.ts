import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { logFailure } from './log-failure.js';
import { type PresentedError, presentError } from './presented-error.js';

const statusOf: Readonly<Record<PresentedError['code'], number>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
};

/** An error as HTTP says it: the status, and what GraphQL would say in its extensions. */
export const httpError = (error: unknown): { readonly status: number; readonly error: PresentedError } => {
  if (error instanceof HttpException && error.getStatus() < 500)
    return { status: error.getStatus(), error: { code: error.getStatus() === 404 ? 'NOT_FOUND' : 'BAD_INPUT', message: error.message } };
  const presented = presentError(error, logFailure);
  return { status: statusOf[presented.code], error: presented };
};

/** For routes: `{ "error": { "code", "message", "field", "id" } }`. GraphQL has its own way, which this leaves alone. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw error;
    const { status, error: presented } = httpError(error);
    host.switchToHttp().getResponse<Response>().status(status).json({ error: presented });
  }
}
