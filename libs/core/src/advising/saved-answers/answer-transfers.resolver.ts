import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { AnswerFileModel, AnswerImportModel, SavedAnswerImportPlan, SavedAnswerImportResult } from './answer-file.model.js';
import { AnswerFilesService } from './answer-files.service.js';
import { ReplyAnswersService } from './reply-answers.service.js';
import { AnswerOfReplyModel, AnswerOfReplyResult, SavedAnswerModel } from './saved-answer.model.js';

const libraryId = { name: 'libraryId', type: () => Id, description: 'Which library.' };
const content = { name: 'content', type: () => String, description: 'The file, as exportSavedAnswers wrote it or as somebody changed it: 500 answers and 200,000 bytes at most.' };

/** Answers that come from a reply or from a file, and files of them. */
@Resolver()
export class AnswerTransfersResolver {
  constructor(
    private readonly files: AnswerFilesService,
    private readonly replies: ReplyAnswersService,
  ) {}

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => AnswerOfReplyResult, { description: 'Makes a saved answer of a sent reply, without the person whom it answers. Once: again, it is answered as it is.' })
  async saveReplyAsAnswer(
    @Args('replyId', { type: () => Id, description: 'Which reply.' }) replyId: string,
    @Args('title', { type: () => String, description: 'What staff call the answer.' }) title: string,
    @Args('categories', { type: () => [String], defaultValue: [], description: 'Under which words it is filed.' }) categories: string[],
    @CurrentActor() actor: Actor,
  ): Promise<typeof AnswerOfReplyResult> {
    const saved = await this.replies.save(actor, replyId, { title, categories });
    return 'code' in saved ? saved : Object.assign(new AnswerOfReplyModel(), { answer: SavedAnswerModel.fromRow(saved.answer), leftOut: saved.leftOut });
  }

  @Requires({ scope: 'draft', role: 'observer', at: 'libraryId' })
  @Query(() => [AnswerFileModel], { description: "A library's own saved answers as files: one, or more where one would be too large to be imported." })
  async exportSavedAnswers(@Args(libraryId.name, libraryId) at: string, @CurrentRequest() request: RequestContext): Promise<AnswerFileModel[]> {
    return (await this.files.write(request.reads, at)).map((file) => Object.assign(new AnswerFileModel(), file));
  }

  @Requires({ scope: 'draft', role: 'observer', at: 'libraryId' })
  @Query(() => SavedAnswerImportPlan, { description: 'What importing a file of saved answers would do at a library: what would be new, changed, and left out, and why. Changes nothing.' })
  async previewSavedAnswerImport(@Args(libraryId.name, libraryId) at: string, @Args(content.name, content) file: string, @CurrentRequest() request: RequestContext): Promise<typeof SavedAnswerImportPlan> {
    const planned = await this.files.plan(request.reads, at, file);
    return 'code' in planned ? planned : AnswerImportModel.of(planned);
  }

  @Requires({ scope: 'draft', role: 'librarian', person: true, at: 'libraryId' })
  @Mutation(() => SavedAnswerImportResult, { description: "Brings a file of saved answers into a library's own, as previewSavedAnswerImport says of it at that moment." })
  async importSavedAnswers(@Args(libraryId.name, libraryId) at: string, @Args(content.name, content) file: string, @CurrentActor() actor: Actor): Promise<typeof SavedAnswerImportResult> {
    const done = await this.files.bring(actor, at, file);
    return 'code' in done ? done : AnswerImportModel.of(done);
  }
}
