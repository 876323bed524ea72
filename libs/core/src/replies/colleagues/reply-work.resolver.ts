import { ResolveField, Resolver } from '@nestjs/graphql';
import { ConversationModel, type ConversationOf, idsAndLibraries } from '../../conversations/index.js';
import type { ReadScope } from '../../database/index.js';
import { type GraphqlContext, inGroups } from '../../graphql/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { ReplyWorkModel, type ReplyWorkRow } from './reply-work.model.js';

/** Whoever has several drafts in one conversation is told of once, since the first. */
const replyWork = (reads: ReadScope, of: readonly ConversationOf[], reader: string): Promise<ReplyWorkRow[]> =>
  reads.query<ReplyWorkRow>(
    `select c.id as "conversationId", x.actor_id as "actorId", x.how, x.since, c.assignee_id is not distinct from x.actor_id as "hasIt"
     from conversation c cross join lateral (
       select w.actor_id, 'typing' as how, w.since from present w where w.conversation_id = c.id and w.library_id = c.library_id and w.doing = 'typing'
       union all
       select coalesce(r.written_by, r.drafted_by), 'drafted', min(r.created_at) from reply r
       where r.conversation_id = c.id and r.library_id = c.library_id and r.state in ('draft', 'in_review') group by 1) x
     where c.id = any($1::uuid[]) and c.library_id = any($2::uuid[]) and x.actor_id <> $3
     order by c.id, "hasIt" desc, x.how desc, x.since, x.actor_id`,
    [...idsAndLibraries(of), reader]);

@Resolver(() => ConversationModel)
export class ReplyWorkResolver {
  @ResolveField(() => [ReplyWorkModel], { description: 'Which colleagues work on an answer already, before you begin one: whoever has the conversation first, then whoever types. Empty: nobody does.' })
  async workedOnBy({ id, libraryId }: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<ReplyWorkModel[]> {
    const { reads, actor } = request;
    const loader = request.loader<ConversationOf, readonly ReplyWorkRow[]>(ReplyWorkResolver, async (of) => inGroups(of.map((each) => each.id), await replyWork(reads, of, actor.id), ({ conversationId }) => conversationId));
    return (await loader.load({ id, libraryId })).map(ReplyWorkModel.fromRow);
  }
}

@Resolver(() => ReplyWorkModel)
export class ReplyWorkActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who.' })
  actor({ actorId }: ReplyWorkModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, actorId);
  }
}
