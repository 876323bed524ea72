import { Field, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../../../graphql/index.js';
import type { SessionKind, SessionRow } from '../../sessions.repository.js';
import type { TokenScope } from '../../actor.js';
import { TokenScopeEnum } from './enums.js';

@ObjectType('Viewer', { description: 'You: whoever this session or token speaks for.' })
export class ViewerModel {
  @Field(() => Id, { description: 'Your actor.' })
  id!: string;

  @Field(() => [TokenScopeEnum], { nullable: true, description: 'Of a token: what it was given. Null for a person, whom only roles limit.' })
  scopes!: readonly TokenScope[] | null;
}

const SessionKindEnum = enumOf<SessionKind>('SessionKind', 'By what somebody is signed in.', {
  browser: 'A browser, by its cookie.',
  client: 'Another client, by the secret that signing in at /sign-in/client gave it.',
});

@ObjectType('Session', { description: 'A place where you are signed in.' })
export class SessionModel {
  @Field(() => Id, { description: 'To end it by.' })
  id!: string;

  @Field(() => SessionKindEnum, { description: 'By what you are signed in there.' })
  kind!: SessionKind;

  @Field(() => String, { nullable: true, description: 'What you called that client; null for a browser.' })
  client!: string | null;

  @Field(() => Date, { description: 'When you signed in there.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it was used last, to within a twentieth of its time; of another client, to five minutes.' })
  lastSeenAt!: Date;

  @Field(() => Date, { description: 'When it ends: a browser\'s without further use, another client\'s whatever its use.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current!: boolean;

  static fromRow({ id, kind, client, createdAt, lastSeenAt, expiresAt }: SessionRow, own: string | undefined): SessionModel {
    return Object.assign(new SessionModel(), { id, kind, client, createdAt, lastSeenAt, expiresAt, current: id === own });
  }
}
