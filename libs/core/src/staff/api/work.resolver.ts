import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../../graphql/index.js';
import type { Actor } from '../actor.js';
import { StaffService } from '../staff.service.js';
import { CannotHaveWork } from './models/staff-results.model.js';
import { HandOnWorkResult, WorkHandedOn, WorkModel } from './models/work.model.js';

@Resolver()
export class WorkResolver {
  constructor(private readonly staff: StaffService) {}

  @Requires({ scope: 'administer', role: 'administrator', person: true })
  @Query(() => WorkModel, { description: 'How much somebody has in hand: before their work is handed on, or their access ends.' })
  async workOf(
    @Args('personId', { type: () => Id, description: 'Whose.' }) personId: string,
    @Args('libraryId', { type: () => Id, nullable: true, description: 'At which library, and below; without it everywhere, for whoever may deactivate them.' }) libraryId: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<WorkModel> {
    return WorkModel.from(await this.staff.workOf(actor, personId, libraryId ?? null));
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId', person: true })
  @Mutation(() => HandOnWorkResult, { description: 'Moves the open conversations of one person, at a library and below it, to another, or to nobody: each with its entry in the timeline. Drafts and approvals stay as they are.' })
  async handOnWork(
    @Args('fromPersonId', { type: () => Id, description: 'Whose.' }) from: string,
    @Args('libraryId', { type: () => Id, description: 'At which library, and below.' }) libraryId: string,
    @Args('toPersonId', { type: () => Id, nullable: true, description: 'Who gets them: a librarian or administrator there; null: nobody.' }) to: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<typeof HandOnWorkResult> {
    const moved = await this.staff.handOnWork(actor, { from, to: to ?? null, libraryId });
    return moved === undefined ? new CannotHaveWork() : new WorkHandedOn(moved);
  }
}
