import { createUnionType } from '@nestjs/graphql';
import type { ConversationRow } from './conversation.row.js';
import { ConversationModel } from './conversation.model.js';
import { AlreadyClaimed, Changed, NotAtThisLibrary, WrongState, type TriageError } from './triage.errors.js';

export const ChangeResult = createUnionType({
  name: 'ChangeResult',
  description: 'The conversation as it is now; or it changed since you read it.',
  types: () => [ConversationModel, Changed] as const,
});

export const TriageResult = createUnionType({
  name: 'TriageResult',
  description: 'The conversation as it is now, or what is in the way.',
  types: () => [ConversationModel, Changed, WrongState] as const,
});

export const ClaimResult = createUnionType({
  name: 'ClaimResult',
  description: 'The conversation as it is now, or what is in the way: another library, perhaps.',
  types: () => [ConversationModel, Changed, WrongState, AlreadyClaimed] as const,
});

export const AssignResult = createUnionType({
  name: 'AssignResult',
  description: 'The conversation as it is now, or what is in the way: somebody who cannot have it, perhaps.',
  types: () => [ConversationModel, Changed, WrongState, NotAtThisLibrary] as const,
});

export const NoteResult = createUnionType({
  name: 'NoteResult',
  description: 'The conversation as it is now, or what is in the way: somebody mentioned who cannot read it, perhaps.',
  types: () => [ConversationModel, Changed, NotAtThisLibrary] as const,
});

const isError = (result: ConversationRow | TriageError): result is TriageError =>
  [AlreadyClaimed, Changed, NotAtThisLibrary, WrongState].some((error) => result instanceof error);

/** A row becomes a model; an error is one already. */
export const resultOf = <E extends TriageError>(result: ConversationRow | E): ConversationModel | E =>
  isError(result) ? (result as E) : ConversationModel.fromRow(result as ConversationRow);
