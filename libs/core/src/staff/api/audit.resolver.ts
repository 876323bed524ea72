import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, type Keyed, Keyset, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import { type AuditRow, StaffReader } from '../staff.reader.js';
import { ActorLoader } from './actor.loader.js';
import { ActorModel } from './models/actor.model.js';
import { AuditEntryConnection, AuditEntryModel } from './models/audit-entry.model.js';

const newest = new Keyset('audit.newest', 'desc', [{ column: 'a.at', type: 'timestamptz' }, { column: 'a.id', type: 'uuid' }]);

@Resolver(() => AuditEntryModel)
export class AuditResolver {
  constructor(private readonly reader: StaffReader, private readonly loader: ActorLoader) {}

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Query(() => AuditEntryConnection, { description: 'Who did what at a library, newest first.' })
  async auditLog(
    @Args('libraryId', { type: () => Id, description: 'Where.' }) libraryId: string,
    @Args() args: PageArgs,
    @CurrentRequest() request: RequestContext,
  ): Promise<Connection<AuditEntryModel>> {
    const page = newest.page(args);
    const parameters: unknown[] = [libraryId];
    const rows = await this.reader.auditOf<AuditRow & Keyed>(request.reads, parameters, { ...newest, after: page.after(parameters), limit: page.limit });
    return page.connection(rows, AuditEntryModel.fromRow);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who; null for somebody at the terminal of the installation.' })
  actor(@Parent() entry: AuditEntryModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.loader.actor(request, entry.actorId);
  }
}
