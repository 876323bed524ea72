import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { AnnotationsService } from './annotations.service.js';
import { FindingArgs, MarkArgs, NoteArgs, TagArgs, targetOf } from './triage.args.js';
import { ChangeResult, NoteResult, resultOf } from './triage.results.js';

@Resolver()
export class AnnotationsResolver {
  constructor(private readonly annotations: AnnotationsService) {}

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Puts a tag on a conversation.' })
  async tag(@Args() args: TagArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.annotations.tag(actor, { ...targetOf(args), name: args.name }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Takes a tag off a conversation.' })
  async untag(@Args() args: TagArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.annotations.untag(actor, { ...targetOf(args), name: args.name }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => NoteResult, { description: 'Writes a note for colleagues.' })
  async addNote(@Args() args: NoteArgs, @CurrentActor() actor: Actor): Promise<typeof NoteResult> {
    return resultOf(await this.annotations.note(actor, { ...targetOf(args), body: args.body, mentions: args.mentions ?? [], noteId: args.noteId ?? undefined }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Says that a finding is right, or wrong.' })
  async markFinding(@Args() args: MarkArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.annotations.mark(actor, { ...targetOf(args), findingId: args.findingId, right: args.right }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Takes the mark of a finding back.' })
  async unmarkFinding(@Args() args: FindingArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.annotations.unmark(actor, { ...targetOf(args), findingId: args.findingId }));
  }
}
