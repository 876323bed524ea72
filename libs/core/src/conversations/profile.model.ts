import { Field, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../graphql/index.js';
import type { ProfileRow } from './post.row.js';
import { safeUrl } from './safe-markup.js';

@ObjectType('Refusal', { description: 'Something that an author asks listeners not to do.' })
export class RefusalModel {
  @Field(() => String, { description: 'What not to do: keep, search, classify, draft-by-machine, show-publicly, answer.' })
  readonly purpose!: string;

  @Field(() => String, { description: "By which sign, in the network's own words." })
  readonly sign!: string;
}

@ObjectType('Profile', { description: 'A public account on a network: whoever wrote a post, or whom we follow.' })
export class ProfileModel {
  @Field(() => Id, { description: 'Ours, not the network\'s.' })
  readonly id!: string;

  @Field(() => String, { description: 'The network, by the name of its plugin.' })
  readonly network!: string;

  @Field(() => String, { nullable: true, description: 'How it is addressed there.' })
  readonly handle!: string | null;

  @Field(() => String, { nullable: true, description: 'The name that it gives itself. It is a stranger\'s: escape it.' })
  readonly name!: string | null;

  @Field(() => String, { nullable: true, description: 'What it says of itself, as plain text.' })
  readonly bio!: string | null;

  @Field(() => String, { nullable: true, description: 'The place that it names.' })
  readonly place!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it can be looked at: http or https.' })
  readonly url!: string | null;

  @Field(() => String, { nullable: true, description: 'Its picture: http or https.' })
  readonly avatar!: string | null;

  @Field(() => [RefusalModel], { description: 'What it asks of listeners.' })
  readonly refusals!: readonly RefusalModel[];

  @Field(() => Date, { nullable: true, description: 'Since when it is gone.' })
  readonly goneAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it is gone: deleted, suspended, deactivated or blocked-us.' })
  readonly goneWhy!: string | null;

  static fromRow(row: ProfileRow): ProfileModel {
    return Object.assign(new ProfileModel(), row, { url: safeUrl(row.url), avatar: safeUrl(row.avatar) });
  }
}

@ObjectType({ description: 'A page of a list of Profile.' })
export class ProfileConnection extends connectionOf('Profile', ProfileModel) {}
