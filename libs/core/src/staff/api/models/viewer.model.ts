import { Field, ObjectType } from '@nestjs/graphql';
import { Id } from '../../../graphql/index.js';
import type { SessionRow } from '../../sessions.repository.js';
import type { TokenScope } from '../../actor.js';
import { TokenScopeEnum } from './enums.js';

@ObjectType('Viewer', { description: 'You: whoever this session or token speaks for.' })
export class ViewerModel {
  @Field(() => Id, { description: 'Your actor.' })
  id!: string;

  @Field(() => [TokenScopeEnum], { nullable: true, description: 'Of a token: what it was given. Null for a person, whom only roles limit.' })
  scopes!: readonly TokenScope[] | null;
}

@ObjectType('Session', { description: 'A place where you are signed in.' })
export class SessionModel {
  @Field(() => Id, { description: 'To end it by.' })
  id!: string;

  @Field(() => Date, { description: 'When you signed in there.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it was used last, to within a twentieth of its time.' })
  lastSeenAt!: Date;

  @Field(() => Date, { description: 'When it ends without further use.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current!: boolean;

  static fromRow({ id, createdAt, lastSeenAt, expiresAt }: SessionRow, own: string | undefined): SessionModel {
    return Object.assign(new SessionModel(), { id, createdAt, lastSeenAt, expiresAt, current: id === own });
  }
}
