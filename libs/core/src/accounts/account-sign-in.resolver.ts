import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../graphql/index.js';
import { PluginSignIns } from '../plugins/index.js';
import type { Actor } from '../staff/index.js';
import { BeginSignInResult, FinishSignInResult, SignInBegunModel } from './account-sign-in.model.js';
import { AccountSignInService } from './account-sign-in.service.js';
import { AccountModel } from './account.model.js';

const which = { type: () => Id, description: 'Which account.' };

@Resolver(() => AccountModel)
export class AccountSignInResolver {
  constructor(
    private readonly service: AccountSignInService,
    private readonly plugins: PluginSignIns,
  ) {}

  @ResolveField(() => Boolean, { description: 'Whether one signs in to it on its network’s own page (beginSignIn), and not by storing secrets.' })
  signsInAtNetwork(@Parent() account: AccountModel): boolean {
    return this.plugins.offeredBy(account.plugin);
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => BeginSignInResult, { description: 'Begins to sign in to an account: open the address that it gives. The person who began it comes back within ten minutes, in the browser in which they are signed in here.' })
  async beginSignIn(@Args('accountId', which) accountId: string, @CurrentActor() actor: Actor): Promise<typeof BeginSignInResult> {
    const begun = await this.service.begin(actor, accountId);
    return 'url' in begun ? Object.assign(new SignInBegunModel(), begun) : begun;
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => FinishSignInResult, { description: 'Ends a sign-in by hand, where the network’s page could not send the browser back to us.' })
  async finishSignIn(
    @Args('accountId', which) accountId: string,
    @Args('answer', { description: 'The address that the browser shows at last, or the code that the network showed. Send it as a variable.' }) answer: string,
    @CurrentActor() actor: Actor,
  ): Promise<typeof FinishSignInResult> {
    const finished = await this.service.finishByHand(actor, accountId, answer);
    return 'code' in finished ? finished : AccountModel.fromRow(finished);
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Signs out of an account: gives its tokens back to the network, where that takes them, and forgets them. It hears nothing until somebody signs in again.' })
  async endSignIn(@Args('accountId', which) accountId: string, @CurrentActor() actor: Actor): Promise<AccountModel> {
    return AccountModel.fromRow(await this.service.end(actor, accountId));
  }
}
