import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CappedCount, type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { NoticeConnection, NoticeModel, NoticesArgs } from './notice.model.js';
import { NoticesRepository, noticeOrder } from './notices.repository.js';
import { NoticesService } from './notices.service.js';

@Resolver(() => NoticeModel)
export class NoticesResolver {
  constructor(
    private readonly repository: NoticesRepository,
    private readonly notices: NoticesService,
  ) {}

  @Requires({ scope: 'read', person: true })
  @Query(() => NoticeConnection, { name: 'notices', description: 'What you are told of, the newest first: yours alone, whoever administers the library. `totalCount` with `unseen: true` is how many wait to be seen.' })
  async list(@Args() args: NoticesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<NoticeModel>> {
    const page = noticeOrder.page(args);
    const filter = { unseen: args.unseen ?? undefined, libraryId: args.libraryId ?? undefined, kind: args.kind ?? undefined };
    return page.connection(await this.repository.page(request.reads, filter, page), NoticeModel.fromRow, () => this.repository.count(request.reads, filter));
  }

  @Requires({ scope: 'read', person: true })
  @Mutation(() => CappedCount, { description: 'Marks notices of yours as seen, and answers with how many are unseen then. What you have seen does not leave any more, by mail or to a browser.' })
  markNoticesSeen(
    @Args('ids', { type: () => [Id], nullable: true, description: 'Which; null: all. Those that are not yours are passed over.' }) ids: string[] | null | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<CappedCount> {
    return this.notices.markSeen(actor, ids ?? undefined);
  }
}
