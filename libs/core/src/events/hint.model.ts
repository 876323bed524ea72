import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Cursor, enumOf, Id } from '../graphql/index.js';
import type { Change, Changes } from './changes.service.js';
import type { Told } from './subscriber.js';

export const HintKindEnum = enumOf<Told['kind']>('HintKind', 'What changed.', {
  conversation: 'A conversation: its posts, state, findings, notes, tags or rank.',
  account: 'An account: its settings, health or coverage.',
  'follow-list': 'A follow list, or what is on it.',
  'saved-search': 'A saved search.',
  reply: 'A reply: its text, or how far it has come.',
  suggestions: 'What advisors found for a conversation, or how they fare: the id is the conversation\'s.',
  'saved-answer': 'A saved answer, or whether a library uses it.',
  presence: 'Who is in a conversation, or what they do there: the id is the conversation\'s. `changedSince` never tells of it: read who is there of what you show.',
  library: 'A library: its service area, or whom it does not hear.',
  notice: 'A notice of yours: it is new, told anew, or seen. Told to you alone.',
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

@ObjectType('Change', { description: 'That something changed, or is gone: read it again.' })
export class ChangeModel implements Change {
  @Field(() => HintKindEnum, { description: 'What kind of thing; never read_again.' })
  kind!: Change['kind'];

  @Field(() => Id, { description: 'Which. A conversation that was merged into another answers to its old id; what is gone answers null.' })
  id!: string;

  @Field(() => Id, { description: 'Of which library.' })
  libraryId!: string;

  @Field(() => Int, { nullable: true, description: 'Its version then, where it has versions.' })
  version!: number | null;
}

@ObjectType('Changes', { description: 'What changed since a cursor. A change may be told more than once, and is never left out.' })
export class ChangesModel implements Changes {
  @Field(() => [ChangeModel], { description: 'What changed, the earliest first, 500 at most.' })
  changes!: readonly ChangeModel[];

  @Field(() => Boolean, { description: 'There is more: ask again with the cursor.' })
  more!: boolean;

  @Field(() => Boolean, { description: 'Read everything that you show again: the cursor is not of this database, or a month old, or there was none.' })
  readAll!: boolean;

  @Field(() => Cursor, { description: 'For the next time.' })
  cursor!: string;
}
