import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Actor } from '../staff/index.js';
import type { GraphqlContext, RequestContext } from './request-context.js';

export const requestOf = (context: ExecutionContext): RequestContext => GqlExecutionContext.create(context).getContext<GraphqlContext>().request;

/** Parameter: the RequestContext of this operation, to read and to load with. */
export const CurrentRequest = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext => requestOf(context));

/** Parameter: who acts. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => requestOf(context).actor);
