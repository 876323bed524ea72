import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, type Keyed, Keyset, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import { PlatformError } from '../../errors/index.js';
import type { Actor, Role } from '../actor.js';
import { EmailTaken } from '../staff.repository.js';
import { type PersonRow, StaffReader } from '../staff.reader.js';
import { StaffService } from '../staff.service.js';
import { ActorLoader } from './actor.loader.js';
import { RoleEnum } from './models/enums.js';
import { LibraryRoleModel, PersonConnection, PersonModel } from './models/person.model.js';
import { CannotHaveWork, ChangePersonResult, DeactivatePersonResult, EmailTakenModel, InvitePersonInput, InvitePersonResult, OwnRole, PasswordLinkModel } from './models/staff-results.model.js';

const byName = new Keyset('staff.name', 'asc', [{ column: 'p.name', type: 'text' }, { column: 'p.actor_id', type: 'uuid' }]);

@Resolver(() => PersonModel)
export class StaffResolver {
  constructor(private readonly staff: StaffService, private readonly reader: StaffReader, private readonly loader: ActorLoader) {}

  @Requires({ scope: 'read', role: 'observer', at: 'libraryId' })
  @Query(() => PersonConnection, { description: 'Who has a role at a library, given there or above it, by name.' })
  async staffAt(
    @Args('libraryId', { type: () => Id, description: 'Where.' }) libraryId: string,
    @Args() args: PageArgs,
    @CurrentRequest() request: RequestContext,
  ): Promise<Connection<PersonModel>> {
    const page = byName.page(args);
    const parameters: unknown[] = [libraryId];
    const rows = await this.reader.staffAt<PersonRow & Keyed>(request.reads, parameters, { ...byName, after: page.after(parameters), limit: page.limit });
    return page.connection(rows, PersonModel.fromRow);
  }

  @ResolveField(() => [LibraryRoleModel], { description: 'The roles that they were given, as far as you see the libraries.' })
  async roles(@Parent() person: PersonModel, @CurrentRequest() request: RequestContext): Promise<LibraryRoleModel[]> {
    return (await this.loader.grants(request, person.id)).map(LibraryRoleModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.libraryId', person: true })
  @Mutation(() => InvitePersonResult, { description: 'Makes a member of staff, who chooses a password by the link that this answers with.' })
  async invitePerson(@Args('input', { description: 'Whom, and as what.' }) input: InvitePersonInput, @CurrentActor() actor: Actor): Promise<PasswordLinkModel | EmailTakenModel> {
    try {
      const { actorId, key } = await this.staff.invite(actor, input.libraryId, input);
      return PasswordLinkModel.of(actorId, key);
    } catch (error) {
      if (error instanceof EmailTaken) return new EmailTakenModel();
      throw error;
    }
  }

  @Requires({ scope: 'administer', role: 'administrator', person: true })
  @Mutation(() => PasswordLinkModel, { description: 'A new link for somebody who lost theirs, or their password. The old password holds until the link is used.' })
  async makePasswordLink(@Args('personId', { type: () => Id, description: 'For whom.' }) personId: string, @CurrentActor() actor: Actor): Promise<PasswordLinkModel> {
    return PasswordLinkModel.of(personId, (await this.staff.makePasswordLink(actor, personId)).key);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId', person: true })
  @Mutation(() => ChangePersonResult, { description: 'Gives a person a role at a library, another one, or none.' })
  async changeRole(
    @Args('personId', { type: () => Id, description: 'Whose.' }) personId: string,
    @Args('libraryId', { type: () => Id, description: 'Where.' }) libraryId: string,
    @Args('role', { type: () => RoleEnum, nullable: true, description: 'Which; null takes the role there away.' }) role: Role | null,
    @CurrentRequest() request: RequestContext,
  ): Promise<PersonModel | OwnRole> {
    const done = await this.staff.changeRole(request.actor, personId, libraryId, role ?? null);
    return done === 'own-role' ? new OwnRole() : this.person(request, personId);
  }

  @Requires({ scope: 'administer', role: 'administrator', person: true })
  @Mutation(() => DeactivatePersonResult, { description: 'Ends a person’s access everywhere, and the tokens that they made. What they wrote keeps their name. Their open conversations are handed on, their drafts stay, and what they approved and has not left needs another approver: `workOf` says how much that is.' })
  async deactivatePerson(
    @Args('personId', { type: () => Id, description: 'Whose.' }) personId: string,
    @Args('toPersonId', { type: () => Id, nullable: true, description: 'Who gets their open conversations, wherever they are librarian or administrator themselves; elsewhere, and without it, nobody has them.' }) toPersonId: string | null,
    @CurrentRequest() request: RequestContext,
  ): Promise<PersonModel | OwnRole | CannotHaveWork> {
    const done = await this.staff.deactivate(request.actor, personId, toPersonId ?? null);
    if (done === 'cannot-have') return new CannotHaveWork();
    return done === 'own-role' ? new OwnRole() : this.person(request, personId);
  }

  private async person(request: RequestContext, id: string): Promise<PersonModel> {
    const person = await this.loader.person(request, id);
    if (person === null) throw new PlatformError('NOT_FOUND', 'They have no role any more at a library that you see.');
    return person;
  }
}
