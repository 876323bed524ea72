import { ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphqlContext } from '../graphql/index.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { FindingModel, PostModel, QuoteModel } from './post.model.js';
import { ProfileLoaders } from './profile-loaders.js';
import { ProfileModel } from './profile.model.js';

@Resolver(() => PostModel)
export class PostEdgesResolver {
  constructor(
    private readonly loaders: ConversationLoaders,
    private readonly profiles: ProfileLoaders,
  ) {}

  @ResolveField(() => ProfileModel, { nullable: true, description: 'Who wrote it; null where the network hides it.' })
  async author(post: PostModel, _: unknown, { request }: GraphqlContext): Promise<ProfileModel | null> {
    const row = post.authorId === null ? undefined : await this.profiles.author(request, { postId: post.id, libraryId: post.libraryId, authorId: post.authorId });
    return row === undefined ? null : ProfileModel.fromRow(row);
  }

  @ResolveField(() => [FindingModel], { description: 'What classifiers found in it, the surest first.' })
  async findings(post: PostModel, _: unknown, { request }: GraphqlContext): Promise<readonly FindingModel[]> {
    return (await this.loaders.findings(request, { postId: post.id, libraryId: post.libraryId })).map(FindingModel.fromRow);
  }

  @ResolveField(() => [QuoteModel], { description: 'What it quotes.' })
  async quotes({ quoted, network, libraryId }: PostModel, _: unknown, { request }: GraphqlContext): Promise<readonly QuoteModel[]> {
    return Promise.all(
      quoted.map(async (remoteId) => {
        const row = await this.loaders.quoted(request, { network, remoteId, libraryId });
        return Object.assign(new QuoteModel(), { remoteId, post: row === undefined ? null : PostModel.fromRow(row) });
      }),
    );
  }
}

@Resolver(() => QuoteModel)
export class QuoteEdgesResolver {
  @ResolveField(() => PostModel, { nullable: true, description: 'The post, where your library hears it.' })
  post(quote: QuoteModel): PostModel | null {
    return quote.post;
  }
}
