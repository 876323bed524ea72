import { Args, createUnionType, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PlatformError } from '../../errors/index.js';
import { type Connection, CurrentActor, CurrentRequest, Id, inGroups, inOrder, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { FollowLoaders } from '../follow-loaders.js';
import { FollowListModel } from '../follow.model.js';
import { FollowImportLinesArgs, FollowImportsArgs, ReadFollowImportArgs, readingOf } from './follow-import.args.js';
import { ListUnreadable } from './follow-import.errors.js';
import { FollowImportConnection, FollowImportCountModel, FollowImportLineConnection, FollowImportLineModel, FollowImportModel } from './follow-import.model.js';
import type { FollowImportRow } from './follow-import.row.js';
import { FollowImportsReader, importLineOrder, importOrder, type OutcomeCount } from './follow-imports.reader.js';
import { FollowImportsService } from './follow-imports.service.js';

export const FollowImportResult = createUnionType({
  name: 'FollowImportResult',
  description: 'The import, whose lines are now being looked up; or why the document cannot be read.',
  types: () => [FollowImportModel, ListUnreadable] as const,
});

const [importKey, countsKey] = [Symbol('follow import'), Symbol('counts of a follow import')];
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

@Resolver(() => FollowImportModel)
export class FollowImportsResolver {
  constructor(
    private readonly reader: FollowImportsReader,
    private readonly service: FollowImportsService,
    private readonly lists: FollowLoaders,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => FollowImportConnection, { description: 'Imports into the lists of your libraries, the latest first.' })
  async followImports(@Args() args: FollowImportsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<FollowImportModel>> {
    const page = importOrder.page(args);
    return page.connection(await this.reader.imports(request.reads, { listId: args.listId ?? undefined }, page), FollowImportModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => FollowImportModel, { nullable: true, description: 'One import; null where you may not see it.' })
  async followImport(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<FollowImportModel | null> {
    const load = async (ids: readonly string[]): Promise<readonly (FollowImportRow | undefined)[]> => inOrder(ids, await this.reader.byIds(request.reads, ids), (row) => row.id);
    const row = await request.loader<string, FollowImportRow | undefined>(importKey, load).load(id);
    return row === undefined ? null : FollowImportModel.fromRow(row);
  }

  @ResolveField(() => FollowImportLineConnection, { description: 'Its lines, in the order of the document.' })
  async lines(@Parent() parent: FollowImportModel, @Args() args: FollowImportLinesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<FollowImportLineModel>> {
    const page = importLineOrder.page(args);
    return page.connection(await this.reader.lines(request.reads, parent, args.outcomes ?? undefined, page), FollowImportLineModel.fromRow);
  }

  @ResolveField(() => [FollowImportCountModel], { description: 'How many lines have which outcome: `waiting` against the rest is how far it is.' })
  async counts(@Parent() { id }: FollowImportModel, @CurrentRequest() request: RequestContext): Promise<readonly FollowImportCountModel[]> {
    const load = async (ids: readonly string[]): Promise<readonly (readonly OutcomeCount[])[]> => inGroups(ids, await this.reader.counts(request.reads, ids), (row) => row.importId);
    return (await request.loader<string, readonly OutcomeCount[]>(countsKey, load).load(id)).map(FollowImportCountModel.of);
  }

  @ResolveField(() => FollowListModel, { nullable: true, description: 'The list that it goes into.' })
  async list(@Parent() { listId }: FollowImportModel, @CurrentRequest() request: RequestContext): Promise<FollowListModel | null> {
    const row = await this.lists.list(request, listId);
    return row === undefined ? null : FollowListModel.fromRow(row);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who began it.' })
  madeBy(@Parent() { madeById }: FollowImportModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, madeById);
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowImportModel, { description: 'Begins an import into a list. Then give it its document (addToFollowImport), have it read (readFollowImport), look at its lines, and apply it (applyFollowImport).' })
  async startFollowImport(
    @Args('listId', { type: () => Id, description: 'The list that it goes into.' }) listId: string,
    @Args('name', { type: () => String, nullable: true, description: 'What to know it by: the name of the file, of 300 characters at most.' }) name: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<FollowImportModel> {
    return FollowImportModel.fromRow(await this.service.start(actor, { listId, name }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowImportModel, { description: 'Gives an import the next part of its document.' })
  async addToFollowImport(
    @Args('importId', { type: () => Id, description: 'Which import.' }) importId: string,
    @Args('text', { type: () => String, nullable: true, description: 'The next words, as pasted. This, or `content`.' }) text: string | null,
    @Args('content', { type: () => String, nullable: true, description: 'The next bytes of a file, in base64, at most 180,000 characters or so at once. This, or `text`.' }) content: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<FollowImportModel> {
    return FollowImportModel.fromRow(await this.service.addPart(actor, importId, bytesOf(text, content)));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowImportResult, { description: 'Reads what an import was given, also again and otherwise; its lines are then looked up in the background.' })
  async readFollowImport(@Args() args: ReadFollowImportArgs, @CurrentActor() actor: Actor): Promise<typeof FollowImportResult> {
    const result = await this.service.read(actor, args.importId, readingOf(args), args);
    return result instanceof ListUnreadable ? result : FollowImportModel.fromRow(result);
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowImportModel, { description: 'Follows what an import shows as `will_add` and `moved`: all of it at once, or nothing. Of more than 2,000 lines it answers `applying`, and goes on in the background. Safe to repeat.' })
  async applyFollowImport(@Args('importId', { type: () => Id, description: 'Which import.' }) importId: string, @CurrentActor() actor: Actor): Promise<FollowImportModel> {
    return FollowImportModel.fromRow(await this.service.apply(actor, importId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowImportModel, { description: 'Leaves an import at that: nothing of it is followed, and its lines are forgotten.' })
  async discardFollowImport(@Args('importId', { type: () => Id, description: 'Which import.' }) importId: string, @CurrentActor() actor: Actor): Promise<FollowImportModel> {
    return FollowImportModel.fromRow(await this.service.discard(actor, importId));
  }
}

/** @throws PlatformError BAD_INPUT where it is neither, or both, or no base64. */
const bytesOf = (text: string | null, content: string | null): Uint8Array => {
  if ((text == null) === (content == null)) throw new PlatformError('BAD_INPUT', 'Give text or content, and not both.', 'text');
  if (text != null) return Buffer.from(text.toWellFormed());
  if (!base64.test(content ?? '')) throw new PlatformError('BAD_INPUT', 'content is not base64.', 'content');
  return Buffer.from(content ?? '', 'base64');
};
