import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Cursor, enumOf, Id } from '../graphql/index.js';
import type { ChangedConversation, Changes } from './changes.service.js';
import type { Told } from './subscriber.js';

export const HintKindEnum = enumOf<Told['kind']>('HintKind', 'What changed.', {
  conversation: 'A conversation: its posts, state, findings, notes, tags or rank.',
  account: 'An account: its settings, health or coverage.',
  'follow-list': 'A follow list, or what is on it.',
  reply: 'A reply: its text, or how far it has come.',
  suggestions: 'What advisors found for a conversation, or how they fare: the id is the conversation\'s.',
  library: 'A library: its service area, or whom it does not hear.',
  'read-again': 'Hints may be missing before this one: ask `changedSince`. Every subscription begins with it.',
});

@ObjectType('Hint', { description: 'That something changed, not what: read it again. Never holds content.' })
export class HintModel {
  @Field(() => HintKindEnum, { description: 'What kind of thing.' })
  kind!: Told['kind'];

  @Field(() => Id, { nullable: true, description: 'Which one; null for read_again.' })
  id!: string | null;

  @Field(() => Id, { nullable: true, description: 'Of which library; null for read_again.' })
  libraryId!: string | null;

  @Field(() => Int, { nullable: true, description: 'Its version now, where it has versions: whoever holds this one or a newer one need not read.' })
  version!: number | null;

  static from(told: Told): HintModel {
    const { kind } = told;
    if (!('id' in told)) return Object.assign(new HintModel(), { kind, id: null, libraryId: null, version: null });
    return Object.assign(new HintModel(), { kind, id: told.id, libraryId: told.library, version: told.version ?? null });
  }
}

@ObjectType('ConversationChange', { description: 'A conversation that changed.' })
export class ConversationChangeModel implements ChangedConversation {
  @Field(() => Id, { description: 'Which. One that was merged into another answers to its old id.' })
  id!: string;

  @Field(() => Id, { description: 'Of which library.' })
  libraryId!: string;

  @Field(() => Int, { description: 'Its version now.' })
  version!: number;
}

@ObjectType('Changes', { description: 'What changed since a cursor. A change may be told more than once, and is never left out.' })
export class ChangesModel implements Changes {
  @Field(() => [ConversationChangeModel], { description: 'Conversations that changed; empty where `readAll` is true.' })
  conversations!: readonly ConversationChangeModel[];

  @Field(() => Boolean, { description: 'Read everything that you show again: too much changed, or the cursor is not of this database, or there was none.' })
  readAll!: boolean;

  @Field(() => Cursor, { description: 'For the next time.' })
  cursor!: string;
}
