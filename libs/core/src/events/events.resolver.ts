import { Args, Query, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentRequest, Cursor, Id, RequestContext, Requires } from '../graphql/index.js';
import { ChangesService } from './changes.service.js';
import { ChangesModel, HintModel } from './hint.model.js';
import { Hints } from './hints.service.js';
import type { Subscriber, Told } from './subscriber.js';

const libraries = { type: () => [Id], nullable: true, description: 'Of which libraries; without it, of all that are yours.' } as const;

@Resolver()
export class EventsResolver {
  constructor(private readonly hints: Hints, private readonly changes: ChangesService) {}

  @Requires({ scope: 'read' })
  @Subscription(() => HintModel, {
    description: 'Tells that things changed, also by other processes. Begins with read_again and ends with your session; over graphql-ws at /graphql.',
    resolve: (told: Told) => HintModel.from(told),
  })
  changed(@Args('libraries', libraries) wanted: string[] | null | undefined, @CurrentRequest() request: RequestContext): Promise<Subscriber> {
    return this.hints.subscribe(request.authority, wanted ?? undefined);
  }

  @Requires({ scope: 'read' })
  @Query(() => ChangesModel, { description: 'What changed since an earlier answer, of all that `changed` tells of: closes the gap between two subscriptions.' })
  async changedSince(
    @Args('cursor', { type: () => Cursor, nullable: true, description: 'Of the earlier answer; without it, you are given the first one.' }) cursor: string | null | undefined,
    @Args('libraries', libraries) wanted: string[] | null | undefined,
    @CurrentRequest() request: RequestContext,
  ): Promise<ChangesModel> {
    return Object.assign(new ChangesModel(), await this.changes.since(request.reads, cursor ?? undefined, wanted ?? undefined));
  }
}
