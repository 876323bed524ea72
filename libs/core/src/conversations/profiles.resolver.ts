import { Args, ArgsType, Field, Query, Resolver } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { type Connection, CurrentRequest, Id, PageArgs, RequestContext, Requires } from '../graphql/index.js';
import { ProfileConnection, ProfileModel } from './profile.model.js';
import { ProfilesRepository, handleOrder } from './profiles.repository.js';

@ArgsType()
class ProfilesArgs extends PageArgs {
  @Field(() => String, { description: 'The beginning of the handle, with or without @, in any case.' })
  readonly handle!: string;
}

@Resolver(() => ProfileModel)
export class ProfilesResolver {
  constructor(private readonly repository: ProfilesRepository) {}

  @Requires({ scope: 'read' })
  @Query(() => ProfileModel, { nullable: true, description: 'One profile; null where your libraries hear nothing of it.' })
  async profile(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ProfileModel | null> {
    const row = await this.repository.find(request.reads, id);
    return row === undefined ? null : ProfileModel.fromRow(row);
  }

  @Requires({ scope: 'read' })
  @Query(() => ProfileConnection, { description: 'Profiles of whom your libraries hear, by their handle.' })
  async profiles(@Args() args: ProfilesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ProfileModel>> {
    if (args.handle.length > 500 || args.handle.includes('\u0000')) throw new PlatformError('BAD_INPUT', 'handle is no beginning of a handle.', 'handle');
    const page = handleOrder.page(args);
    return page.connection(await this.repository.byHandle(request.reads, args.handle.toWellFormed(), page), ProfileModel.fromRow);
  }
}
