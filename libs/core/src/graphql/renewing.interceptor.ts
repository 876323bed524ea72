import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { type Observable, concatMap, defer } from 'rxjs';
import { requestOf } from './current.decorators.js';

/** Lets a mutation write with nothing open beside it, and what follows it read what it wrote. */
@Injectable()
export class RenewingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'graphql') return next.handle();
    if (GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>().operation.operation !== 'mutation') return next.handle();
    const request = requestOf(context);
    return defer(() => request.renew()).pipe(
      concatMap(() => next.handle()),
      concatMap(async (result: unknown) => {
        await request.renew();
        return result;
      }),
    );
  }
}
