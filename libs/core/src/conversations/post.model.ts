import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../graphql/index.js';
import { AudienceEnum, GoneReasonEnum, PostStandingEnum } from './enums.js';
import type { Audience, FindingRow, GoneReason, PostRow, PostStanding } from './post.row.js';
import { safeHtml, safeUrl } from './safe-markup.js';

@ObjectType('Link', { description: 'What a post links to.' })
export class LinkModel {
  @Field(() => String, { description: 'Its address: http or https.' })
  readonly url!: string;

  @Field(() => String, { nullable: true, description: 'Its title, as the network shows it.' })
  readonly title!: string | null;
}

@ObjectType('Medium', { description: 'A picture, film or sound of a post. It stays where it is; nothing is copied here.' })
export class MediumModel {
  @Field(() => String, { description: 'Its address: http or https.' })
  readonly url!: string;

  @Field(() => String, { nullable: true, description: 'Its description, by its author.' })
  readonly alt!: string | null;

  @Field(() => String, { description: 'image, video or audio.' })
  readonly kind!: string;
}

@ObjectType('Post', { description: 'One public utterance, as we heard it. Of what is gone, only its place is left.' })
export class PostModel {
  @Field(() => Id, { description: 'Ours, not the network\'s.' })
  readonly id!: string;

  @Field(() => PostStandingEnum, { description: 'Whether we heard it, and it is still there.' })
  readonly standing!: PostStanding;

  @Field(() => Id, { nullable: true, description: 'The post that it answers.' })
  readonly parentId!: string | null;

  @Field(() => String, { description: 'The network, by the name of its plugin.' })
  readonly network!: string;

  @Field(() => String, { nullable: true, description: 'Where it can be read: http or https.' })
  readonly url!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was posted.' })
  readonly postedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether its author changed it; this is the newest text.' })
  readonly edited!: boolean;

  @Field(() => Date, { nullable: true, description: 'When its author changed it last.' })
  readonly editedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Plain text. It is a stranger\'s: escape it.' })
  readonly text!: string | null;

  @Field(() => String, { nullable: true, description: 'Safe markup: paragraphs, lists, quotes and links, and nothing that loads or runs.' })
  readonly html!: string | null;

  @Field(() => String, { nullable: true, description: 'Its language, as a tag.' })
  readonly lang!: string | null;

  @Field(() => AudienceEnum, { nullable: true, description: 'For whom it was written.' })
  readonly audience!: Audience | null;

  @Field(() => [String], { description: 'Its hashtags, without #.' })
  readonly tags!: readonly string[];

  @Field(() => LinkModel, { nullable: true, description: 'What it links to.' })
  readonly link!: LinkModel | null;

  @Field(() => [MediumModel], { description: 'Its pictures, films and sounds.' })
  readonly media!: readonly MediumModel[];

  @Field(() => Date, { nullable: true, description: 'When it went.' })
  readonly goneAt!: Date | null;

  @Field(() => GoneReasonEnum, { nullable: true, description: 'Why it is gone.' })
  readonly goneWhy!: GoneReason | null;

  readonly conversationId!: string;
  readonly libraryId!: string;
  readonly authorId!: string | null;
  readonly quoted!: readonly string[];

  static fromRow({ quotes, ...row }: PostRow): PostModel {
    const link = safeUrl(row.link?.url);
    return Object.assign(new PostModel(), row, {
      standing: row.goneAt !== null ? ('gone' as const) : row.known ? ('heard' as const) : ('unheard' as const),
      url: safeUrl(row.url),
      edited: row.editedAt !== null,
      html: row.html === null ? null : safeHtml(row.html),
      link: link === null ? null : { url: link, title: row.link?.title ?? null },
      media: row.media.flatMap(({ url, alt, kind }) => (safeUrl(url) === null ? [] : { url, alt: alt ?? null, kind })),
      quoted: quotes,
    });
  }
}

@ObjectType({ description: 'A page of a list of Post.' })
export class PostConnection extends connectionOf('Post', PostModel) {}

@ObjectType('Quote', { description: 'Another post that a post quotes.' })
export class QuoteModel {
  @Field(() => String, { description: "The network's own id of it, which is all we know where we did not hear it." })
  readonly remoteId!: string;

  readonly post!: PostModel | null;
}

@ObjectType('Span', { description: 'A part of a text, in UTF-16 units.' })
export class SpanModel {
  @Field(() => Int, { description: 'Its beginning.' })
  readonly start!: number;

  @Field(() => Int, { description: 'Its end: the first unit that is not of it.' })
  readonly end!: number;
}

@ObjectType('Finding', { description: "A classifier's verdict on a post." })
export class FindingModel {
  @Field(() => Id, { description: 'Until its classifier runs again.' })
  readonly id!: string;

  @Field(() => String, { description: 'What was found, as `need.implicit`.' })
  readonly label!: string;

  @Field(() => Float, { description: 'How sure: of all that score 0.8, four of five are right.' })
  readonly score!: number;

  @Field(() => [SpanModel], { description: 'Which parts of the text say so.' })
  readonly spans!: readonly SpanModel[];

  @Field(() => String, { description: 'Which classifier.' })
  readonly classifier!: string;

  @Field(() => String, { description: 'Which version of it.' })
  readonly version!: string;

  @Field(() => Id, { nullable: true, description: 'The library whose service area it is about: it holds for that one only.' })
  readonly placeId!: string | null;

  @Field(() => String, { nullable: true, description: 'The need in other words.' })
  readonly restated!: string | null;

  readonly postId!: string;
  readonly libraryId!: string;

  static fromRow({ spans, place, ...row }: FindingRow): FindingModel {
    const pairs = Array.from({ length: Math.floor(spans.length / 2) }, (_, i) => ({ start: spans[2 * i] ?? 0, end: spans[2 * i + 1] ?? 0 }));
    return Object.assign(new FindingModel(), row, { spans: pairs, placeId: place });
  }
}
