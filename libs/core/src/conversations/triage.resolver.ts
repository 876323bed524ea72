import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ClaimsService } from './claims.service.js';
import { AssignArgs, CloseArgs, SnoozeArgs, targetOf, TriageArgs } from './triage.args.js';
import { AssignResult, ChangeResult, ClaimResult, resultOf, TriageResult } from './triage.results.js';
import { TriageService } from './triage.service.js';

/** Roles are asked for by the services, at the library of the conversation, which is known only once it was read. */
@Resolver()
export class TriageResolver {
  constructor(
    private readonly triage: TriageService,
    private readonly claims: ClaimsService,
  ) {}

  @Requires({ scope: 'triage' })
  @Mutation(() => ClaimResult, { description: 'Your library answers this thread, and no other does.' })
  async claim(@Args() args: TriageArgs, @CurrentActor() actor: Actor): Promise<typeof ClaimResult> {
    return resultOf(await this.claims.claim(actor, targetOf(args)));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ClaimResult, { description: 'Another library may answer this thread.' })
  async release(@Args() args: TriageArgs, @CurrentActor() actor: Actor): Promise<typeof ClaimResult> {
    return resultOf(await this.claims.release(actor, targetOf(args)));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => AssignResult, { description: 'Gives a conversation to a person, or to nobody.' })
  async assign(@Args() args: AssignArgs, @CurrentActor() actor: Actor): Promise<typeof AssignResult> {
    return resultOf(await this.triage.assign(actor, { ...targetOf(args), assigneeId: args.assigneeId ?? null }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => TriageResult, { description: 'Out of the lists until then.' })
  async snooze(@Args() args: SnoozeArgs, @CurrentActor() actor: Actor): Promise<typeof TriageResult> {
    return resultOf(await this.triage.snooze(actor, { ...targetOf(args), until: args.until ?? null, waitingOn: args.waitingOn }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => TriageResult, { description: 'Ends a conversation with what came of it.' })
  async close(@Args() args: CloseArgs, @CurrentActor() actor: Actor): Promise<typeof TriageResult> {
    return resultOf(await this.triage.close(actor, { ...targetOf(args), outcome: args.outcome, unmetNeed: args.unmetNeed }));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => TriageResult, { description: 'Back on the desk.' })
  async reopen(@Args() args: TriageArgs, @CurrentActor() actor: Actor): Promise<typeof TriageResult> {
    return resultOf(await this.triage.reopen(actor, targetOf(args)));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Out of every list but that of the hidden.' })
  async hide(@Args() args: TriageArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.triage.hide(actor, targetOf(args)));
  }

  @Requires({ scope: 'triage' })
  @Mutation(() => ChangeResult, { description: 'Back into the lists.' })
  async show(@Args() args: TriageArgs, @CurrentActor() actor: Actor): Promise<typeof ChangeResult> {
    return resultOf(await this.triage.show(actor, targetOf(args)));
  }
}
