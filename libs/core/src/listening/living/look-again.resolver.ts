import { Args, createUnionType, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { ConversationLoaders, ConversationModel, type ConversationRow } from '../../conversations/index.js';
import { PlatformError } from '../../errors/index.js';
import { CurrentRequest, Id, RequestContext, Requires, UserError } from '../../graphql/index.js';
import { LivingThreads, type NotLooked } from './living-threads.js';

@ObjectType('CouldNotLook', { implements: () => UserError, description: 'The thread could not be looked at now. What was seen before still holds, as of then.' })
export class CouldNotLook extends UserError {
  readonly code = 'COULD_NOT_LOOK';
  readonly message: string;

  constructor(looked: NotLooked) {
    super();
    this.message = looked.failed === 'busy' ? 'Somebody is looking at this thread just now. Read the conversation again in a moment.'
      : looked.failed === 'nobody-can-ask' ? 'No account of yours can ask for this thread.'
      : `The thread could not be looked at: ${looked.words}`;
  }
}

export const LookAgainResult = createUnionType({
  name: 'LookAgainResult',
  description: 'The conversation with all that is said in it now, or why nobody could look.',
  types: () => [ConversationModel, CouldNotLook] as const,
});

@Resolver()
export class LookAgainResolver {
  constructor(
    private readonly threads: LivingThreads,
    private readonly loaders: ConversationLoaders,
  ) {}

  @Requires({ scope: 'triage' })
  @Mutation(() => LookAgainResult, { description: 'Asks the network for what was answered in the thread since it was last looked at: before a draft is shown, or somebody relies on "nobody answered". Within half a minute of the last look it asks nobody.' })
  async lookAgain(@Args('id', { type: () => Id, description: 'The conversation.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ConversationModel | CouldNotLook> {
    const conversation = await this.find(request, id);
    // Nothing stays open while a network is waited for.
    await request.renew();
    const looked = await this.threads.lookNow(conversation.threadId);
    if (!('seenAt' in looked)) return new CouldNotLook(looked);
    return ConversationModel.fromRow(await this.find(request, id), id);
  }

  private async find(request: RequestContext, id: string): Promise<ConversationRow> {
    const row = await this.loaders.byId(request, id);
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such conversation.', 'id');
    return row;
  }
}
