import { Args, Mutation, Resolver, createUnionType } from '@nestjs/graphql';
import { AlreadyClaimed, AssignResult, Changed, ConversationModel, type ConversationRow, WrongState, resultOf, targetOf } from '../conversations/index.js';
import { CurrentActor, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { GiveBackArgs, HandOverArgs, HandOverToLibraryArgs } from './handover.args.js';
import { CannotTakeThread, NotHandedOver, ReplyOnItsWay } from './handover.errors.js';
import { type GivingError, HandoverService } from './handover.service.js';

const HandOverResult = createUnionType({
  name: 'HandOverResult',
  description: 'Your conversation as it is now, or what is in the way.',
  types: () => [ConversationModel, Changed, WrongState, AlreadyClaimed, CannotTakeThread, ReplyOnItsWay] as const,
});
const GiveBackResult = createUnionType({
  name: 'GiveBackResult',
  description: 'Your conversation as it is now, or what is in the way.',
  types: () => [ConversationModel, Changed, WrongState, AlreadyClaimed, CannotTakeThread, ReplyOnItsWay, NotHandedOver] as const,
});

const given = (result: ConversationRow | GivingError): ConversationModel | GivingError => ('code' in result ? result : ConversationModel.fromRow(result));

/** Roles are asked for by the service, at the library of the conversation, which is known only once it was read. */
@Resolver()
export class HandoverResolver {
  constructor(private readonly handover: HandoverService) {}

  @Requires({ scope: 'triage' })
  @Mutation(() => AssignResult, { description: 'Gives a conversation to a colleague, with a note for them.' })
  async handOver(@Args() args: HandOverArgs, @CurrentActor() actor: Actor): Promise<typeof AssignResult> {
    return resultOf(await this.handover.toColleague(actor, { ...targetOf(args), toPersonId: args.toPersonId, note: args.note, noteId: args.noteId ?? undefined }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => HandOverResult, { description: 'Gives a thread to another library of your tree, with a note: it answers from then on, and hears the thread if it did not. Of your notes, drafts and timeline it sees nothing but a copy of this note. What you had approved and has not left is a draft again.' })
  async handOverToLibrary(@Args() args: HandOverToLibraryArgs, @CurrentActor() actor: Actor): Promise<typeof HandOverResult> {
    return given(await this.handover.toLibrary(actor, { ...targetOf(args), toLibraryId: args.toLibraryId, note: args.note })) as typeof HandOverResult;
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => GiveBackResult, { description: 'Gives a thread back to the library that handed it over to yours.' })
  async giveBack(@Args() args: GiveBackArgs, @CurrentActor() actor: Actor): Promise<typeof GiveBackResult> {
    return given(await this.handover.giveBack(actor, { ...targetOf(args), note: args.note }));
  }
}
