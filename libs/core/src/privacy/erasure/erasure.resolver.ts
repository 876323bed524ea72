import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ErasureReceiptModel, HeldRowsModel, KnownPersonModel } from './erasure.model.js';
import { ErasureService } from './erasure.service.js';

const profileId = { name: 'profileId', type: () => Id, description: 'Whom.' };
const rule = { scope: 'administer', role: 'administrator', person: true } as const;

/** At which libraries one must be administrator depends on who hears the person: the service asks. */
@Resolver()
export class ErasureResolver {
  constructor(private readonly erasure: ErasureService) {}

  @Requires(rule)
  @Query(() => [KnownPersonModel], { description: 'Everybody whom a handle, or the address of a profile or of a post, names, of those whom your libraries hear.' })
  async people(@Args('text', { type: () => String, description: 'A handle, with or without @ and server, or an address.' }) text: string, @CurrentActor() actor: Actor): Promise<KnownPersonModel[]> {
    return (await this.erasure.find(actor, text)).map(KnownPersonModel.fromPerson);
  }

  @Requires(rule)
  @Query(() => [HeldRowsModel], { description: 'What erasing somebody would reach. Nothing is done.' })
  async erasurePreview(@Args(profileId.name, profileId) id: string, @CurrentActor() actor: Actor): Promise<HeldRowsModel[]> {
    return (await this.erasure.preview(actor, id)).map(HeldRowsModel.fromHeld);
  }

  @Requires(rule)
  @Mutation(() => String, { description: 'Everything that is stored of somebody and about them, as JSON, for whoever asks what is known of them. Staff notes among it may speak of others: read it first. It is logged that it was asked for.' })
  async exportPerson(@Args(profileId.name, profileId) id: string, @CurrentActor() actor: Actor): Promise<string> {
    return JSON.stringify(await this.erasure.known(actor, id));
  }

  @Requires(rule)
  @Mutation(() => ErasureReceiptModel, { description: 'Erases somebody everywhere in this installation, for ever: their posts, their names, what was made of them. It cannot be undone, and nothing of theirs comes in again.' })
  async erasePerson(@Args(profileId.name, profileId) id: string, @CurrentActor() actor: Actor): Promise<ErasureReceiptModel> {
    return ErasureReceiptModel.fromReceipt(await this.erasure.erase(actor, id));
  }
}
