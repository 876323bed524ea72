import { Field, InterfaceType } from '@nestjs/graphql';

/**
 * A failure that whoever called can act on. It is returned, as a member of the operation's union, and never thrown:
 *
 *     @ObjectType({ implements: () => UserError, description: 'Another library took the thread first.' })
 *     export class AlreadyClaimed extends UserError {
 *       readonly code = 'ALREADY_CLAIMED';
 *       readonly message = 'Another library took this conversation first.';
 *     }
 *     export const ClaimResult = createUnionType({ name: 'ClaimResult', description: '…', types: () => [ConversationModel, AlreadyClaimed] as const });
 *
 * A resolver returns instances of the classes, by which GraphQL tells the members apart.
 */
@InterfaceType({ description: 'A failure that can be acted on: the member of a result that is not the thing asked for.' })
export abstract class UserError {
  @Field(() => String, { description: 'Stable and in capitals, as ALREADY_CLAIMED: for programs.' })
  abstract readonly code: string;

  @Field(() => String, { description: 'What happened and what can be done, in English: for people.' })
  abstract readonly message: string;
}
