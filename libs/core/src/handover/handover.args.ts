import { ArgsType, Field } from '@nestjs/graphql';
import { TriageArgs } from '../conversations/index.js';
import { Id } from '../graphql/index.js';

@ArgsType()
export class HandOverArgs extends TriageArgs {
  @Field(() => Id, { description: 'To whom: a librarian or administrator of its library.' })
  readonly toPersonId!: string;

  @Field(() => String, { description: 'What they should know: plain text, of 20000 characters at most.' })
  readonly note!: string;

  @Field(() => Id, { nullable: true, description: 'An id of your making for the note: what is sent twice with it is done once.' })
  readonly noteId?: string | null;
}

@ArgsType()
export class HandOverToLibraryArgs extends TriageArgs {
  @Field(() => Id, { description: 'To which library of your tree.' })
  readonly toLibraryId!: string;

  @Field(() => String, { description: 'What they should know: plain text, of 20000 characters at most. They get a copy of it.' })
  readonly note!: string;
}

@ArgsType()
export class GiveBackArgs extends TriageArgs {
  @Field(() => String, { nullable: true, description: 'Why: plain text, of 20000 characters at most. They get a copy of it.' })
  readonly note?: string | null;
}
