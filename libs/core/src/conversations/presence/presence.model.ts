import { Field, ObjectType } from '@nestjs/graphql';
import { Id, enumOf } from '../../graphql/index.js';
import type { PresenceDoing, PresenceRow, PresenceWord } from './presence.row.js';

const doings = { viewing: 'They look at it.', typing: 'They type a reply.' } as const;
export const PresenceDoingEnum = enumOf<PresenceDoing>('PresenceDoing', 'What somebody does in a conversation right now.', doings);
export const PresenceWordEnum = enumOf<PresenceWord>('PresenceWord', 'What a client says of whoever uses it.', { ...doings, left: 'They turned to something else.' });

@ObjectType('Presence', { description: 'That somebody of the library is in a conversation right now.' })
export class PresenceModel {
  @Field(() => Id, { description: 'Who.' })
  readonly actorId!: string;

  @Field(() => PresenceDoingEnum, { description: 'What they do there.' })
  readonly doing!: PresenceDoing;

  @Field(() => Date, { description: 'Since when they do that.' })
  readonly since!: Date;

  @Field(() => Date, { description: 'Gone by then, unless they are heard of before. Nothing is told when that time is over: ask again by then.' })
  readonly until!: Date;

  static fromRow({ actorId, doing, since, until }: PresenceRow): PresenceModel {
    return Object.assign(new PresenceModel(), { actorId, doing, since, until });
  }
}
