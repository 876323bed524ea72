import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { optionalWords, writtenId } from '../../follows/index.js';
import { answerOrder, SavedAnswersRepository } from './saved-answers.repository.js';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { SavedAnswersArgs } from './saved-answer.args.js';
import { SavedAnswerCategoryModel, SavedAnswerConnection, SavedAnswerInput, SavedAnswerModel, SavedAnswerResult } from './saved-answer.model.js';
import type { SavedAnswerRow } from './saved-answer.row.js';
import { type SavedAnswerError, SavedAnswersService } from './saved-answers.service.js';
import { writtenLang } from './written-answer.js';

const libraryId = { name: 'libraryId', type: () => Id, description: 'Which library.' };
const id = { name: 'id', type: () => Id, description: 'Which answer.' };
const own = { ...id, description: "Which answer: one of your library's own." };
const elsewhere = { ...id, description: 'Which answer, of a library above or of the program.' };
const longestSearch = 500;

const resultOf = (result: SavedAnswerRow | SavedAnswerError): typeof SavedAnswerResult => ('code' in result ? result : SavedAnswerModel.fromRow(result));

@Resolver(() => SavedAnswerModel)
export class SavedAnswersResolver {
  constructor(
    private readonly answers: SavedAnswersRepository,
    private readonly service: SavedAnswersService,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'draft', role: 'observer', at: 'libraryId' })
  @Query(() => SavedAnswerConnection, { description: 'Saved answers of a library by title, the questions of its reference interview among them.' })
  async savedAnswers(@Args() args: SavedAnswersArgs, @CurrentRequest() request: RequestContext): Promise<Connection<SavedAnswerModel>> {
    const { libraryId: at, standing, search, kind, category, lang, due, whose } = args;
    const page = answerOrder.page(args);
    const filter = {
      standing, search: optionalWords(search, 'search', longestSearch) ?? undefined, kind: kind ?? undefined, category: optionalWords(category, 'category', longestSearch) ?? undefined,
      lang: lang == null ? undefined : writtenLang(lang), due: due ?? undefined, whose: whose ?? undefined,
    };
    return page.connection(await this.answers.page(request.reads, writtenId(at, 'libraryId'), filter, page), SavedAnswerModel.fromRow);
  }

  @Requires({ scope: 'draft', role: 'observer', at: 'libraryId' })
  @Query(() => SavedAnswerModel, { nullable: true, description: 'One saved answer as a library sees it, however it stands there; null where it has no such answer.' })
  async savedAnswer(@Args(libraryId.name, libraryId) at: string, @Args(id.name, id) answerId: string, @CurrentRequest() request: RequestContext): Promise<SavedAnswerModel | null> {
    const row = await this.answers.one(request.reads, { libraryId: writtenId(at, 'libraryId'), id: writtenId(answerId, 'id') });
    return row === undefined ? null : SavedAnswerModel.fromRow(row);
  }

  @Requires({ scope: 'draft', role: 'observer', at: 'libraryId' })
  @Query(() => [SavedAnswerCategoryModel], { description: 'Under which words the answers are filed that a library uses: the most frequent first, 200 at most.' })
  savedAnswerCategories(@Args(libraryId.name, libraryId) at: string, @CurrentRequest() request: RequestContext): Promise<SavedAnswerCategoryModel[]> {
    return this.answers.categories(request.reads, writtenId(at, 'libraryId'));
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who made it.' })
  createdBy(@Parent() { createdById }: SavedAnswerModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, createdById);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who changed it last.' })
  changedBy(@Parent() { changedById }: SavedAnswerModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, changedById);
  }

  @Requires({ scope: 'draft', role: 'librarian', person: true, at: 'libraryId' })
  @Mutation(() => SavedAnswerResult, { description: 'Saves an answer, or a question of the reference interview. One of the consortium serves all libraries below it.' })
  async createSavedAnswer(
    @Args(libraryId.name, libraryId) at: string,
    @Args('answer', { type: () => SavedAnswerInput, description: 'What it says.' }) answer: SavedAnswerInput,
    @Args('insteadOfId', { type: () => Id, nullable: true, description: 'An answer of a library above, or of the program, in whose place the library, and those below it, use this one.' }) insteadOfId: string | null | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<typeof SavedAnswerResult> {
    return resultOf(await this.service.create(actor, at, answer, insteadOfId ?? undefined));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => SavedAnswerResult, { description: 'Writes a saved answer anew, whole.' })
  async changeSavedAnswer(
    @Args(own.name, own) answerId: string,
    @Args('version', { type: () => Int, description: 'The version that you read.' }) version: number,
    @Args('answer', { type: () => SavedAnswerInput, description: 'What it says now.' }) answer: SavedAnswerInput,
    @CurrentActor() actor: Actor,
  ): Promise<typeof SavedAnswerResult> {
    return resultOf(await this.service.change(actor, answerId, version, answer));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => SavedAnswerResult, { description: 'Removes a saved answer: nobody uses it any more. It can be restored.' })
  async removeSavedAnswer(@Args(own.name, own) answerId: string, @CurrentActor() actor: Actor): Promise<typeof SavedAnswerResult> {
    return resultOf(await this.service.remove(actor, answerId));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => SavedAnswerResult, { description: 'Brings back a saved answer that was removed.' })
  async restoreSavedAnswer(@Args(own.name, own) answerId: string, @CurrentActor() actor: Actor): Promise<typeof SavedAnswerResult> {
    return resultOf(await this.service.restore(actor, answerId));
  }

  @Requires({ scope: 'draft', role: 'librarian', person: true, at: 'libraryId' })
  @Mutation(() => SavedAnswerModel, { description: 'The library, and those below it, no longer use an answer that is not its own.' })
  async hideSavedAnswer(@Args(libraryId.name, libraryId) at: string, @Args(elsewhere.name, elsewhere) answerId: string, @CurrentActor() actor: Actor): Promise<SavedAnswerModel> {
    return SavedAnswerModel.fromRow(await this.service.setHidden(actor, at, answerId, true));
  }

  @Requires({ scope: 'draft', role: 'librarian', person: true, at: 'libraryId' })
  @Mutation(() => SavedAnswerModel, { description: 'Takes hideSavedAnswer back. What a library between hides stays hidden.' })
  async showSavedAnswer(@Args(libraryId.name, libraryId) at: string, @Args(elsewhere.name, elsewhere) answerId: string, @CurrentActor() actor: Actor): Promise<SavedAnswerModel> {
    return SavedAnswerModel.fromRow(await this.service.setHidden(actor, at, answerId, false));
  }
}
