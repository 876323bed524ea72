import { Args, ArgsType, Field, Mutation, Resolver } from '@nestjs/graphql';
import { ConversationModel } from '../conversations/index.js';
import { CurrentActor, Id, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ActionsService } from './actions.service.js';
import { ActionFailed, NeedNotHeard } from './advising.errors.js';
import { AdvisingService } from './advising.service.js';
import { AvailabilityService } from './availability.service.js';
import { AskResult, CheckedSuggestionsModel, PressedActionModel, PressResult, SuggestionModel } from './suggestion.model.js';

const conversation = { name: 'conversationId', type: () => Id, description: 'Which conversation; the id of one that was merged leads to the other.' };

@ArgsType()
class PressArgs {
  @Field(() => Id, { description: conversation.description })
  readonly conversationId!: string;

  @Field(() => Id, { description: 'The account whose advisor has the button.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'What the button says, as `advisorActions` lists it.' })
  readonly action!: string;

  @Field(() => String, { description: 'What somebody looks for, in a few words of yours: this leaves for the advisor. 500 characters at most.' })
  readonly need!: string;

  @Field(() => Id, { description: 'An id of your making. Sent again, it presses nothing and answers what came of the first time.' })
  readonly key!: string;
}

/** Roles are asked for by the services, at the library of the conversation, which is known only once it was read. */
@Resolver()
export class AdvisingResolver {
  constructor(
    private readonly advising: AdvisingService,
    private readonly availability: AvailabilityService,
    private readonly actions: ActionsService,
  ) {}

  @Requires({ scope: 'draft' })
  @Mutation(() => AskResult, { description: 'Asks all advisors of its library, and of those above, what there is on a need; among them saved answers, and, where the need is unclear, the reference interview. Answers at once; suggestions come in one by one, each told by a hint.' })
  async askAdvisors(
    @Args(conversation.name, conversation) conversationId: string,
    @Args('need', { type: () => String, nullable: true, description: 'What is looked for, in words of yours, of 500 characters at most; without it, what was found in what was said. Where nothing was, only the reference interview is asked.' }) need: string | null | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<typeof AskResult> {
    const asked = await this.advising.ask(actor, conversationId, need ?? undefined);
    return asked instanceof NeedNotHeard ? asked : ConversationModel.fromRow(asked);
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => CheckedSuggestionsModel, { description: 'Asks again whether one can have what was found for the need that was asked last: before you show it to somebody.' })
  async checkSuggestions(@Args(conversation.name, conversation) conversationId: string, @CurrentActor() actor: Actor): Promise<CheckedSuggestionsModel> {
    const checked = await this.availability.check(actor, conversationId);
    return { conversation: ConversationModel.fromRow(checked.conversation), suggestions: checked.suggestions.map((row) => SuggestionModel.fromRow(row)), failures: checked.failures };
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => PressResult, { description: 'A person presses a button of an advisor: it is done once.' })
  async pressAction(@Args() press: PressArgs, @CurrentActor() actor: Actor): Promise<typeof PressResult> {
    const pressed = await this.actions.press(actor, press);
    return pressed instanceof ActionFailed ? pressed : PressedActionModel.from(pressed);
  }
}
