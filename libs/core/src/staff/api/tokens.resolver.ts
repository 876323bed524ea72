import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, type Keyed, Keyset, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../actor.js';
import { StaffReader, type TokenRow } from '../staff.reader.js';
import { TokensService } from '../tokens.service.js';
import { ActorLoader } from './actor.loader.js';
import { ActorModel } from './models/actor.model.js';
import { MadeTokenModel, MakeTokenInput, TokenConnection, TokenModel } from './models/token.model.js';

const newest = new Keyset('token.newest', 'desc', [{ column: 't.created_at', type: 'timestamptz' }, { column: 't.actor_id', type: 'uuid' }]);

@Resolver(() => TokenModel)
export class TokensResolver {
  constructor(private readonly tokens: TokensService, private readonly reader: StaffReader, private readonly loader: ActorLoader) {}

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Query(() => TokenConnection, { description: 'The tokens of a library, also those that ended, newest first.' })
  async tokensAt(
    @Args('libraryId', { type: () => Id, description: 'Where.' }) libraryId: string,
    @Args() args: PageArgs,
    @CurrentRequest() request: RequestContext,
  ): Promise<Connection<TokenModel>> {
    const page = newest.page(args);
    const parameters: unknown[] = [libraryId];
    const rows = await this.reader.tokensAt<TokenRow & Keyed>(request.reads, parameters, { ...newest, after: page.after(parameters), limit: page.limit });
    return page.connection(rows, TokenModel.fromRow);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who made it and answers for it.' })
  madeBy(@Parent() token: TokenModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.loader.actor(request, token.createdBy);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.libraryId', person: true })
  @Mutation(() => MadeTokenModel, { description: 'Makes a token. Its secret is in the answer, and nowhere else.' })
  async makeToken(@Args('input', { description: 'What it shall be.' }) input: MakeTokenInput, @CurrentActor() actor: Actor): Promise<MadeTokenModel> {
    return Object.assign(new MadeTokenModel(), await this.tokens.make(actor, input.libraryId, input));
  }

  @Requires({ scope: 'administer', role: 'administrator', person: true })
  @Mutation(() => Id, { description: 'Ends a token at once, and gives its id back.' })
  async revokeToken(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentActor() actor: Actor): Promise<string> {
    await this.tokens.revoke(actor, id);
    return id;
  }
}
