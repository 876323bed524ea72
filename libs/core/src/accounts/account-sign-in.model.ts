import { createUnionType, Field, ObjectType } from '@nestjs/graphql';
import { SignInFailed, SignInLost, SignInNotOffered, SignInOvertaken } from './account-sign-in.errors.js';
import { AccountModel } from './account.model.js';

@ObjectType('SignInBegun', { description: 'A sign-in that goes on at the network.' })
export class SignInBegunModel {
  @Field(() => String, { description: 'Where the person signs in, and says yes. The network sends them back to us, to be open in the same browser.' })
  readonly url!: string;

  @Field(() => Date, { description: 'Until when they can come back.' })
  readonly until!: Date;
}

export const BeginSignInResult = createUnionType({
  name: 'BeginSignInResult',
  description: 'Where to go, or what is in the way.',
  types: () => [SignInBegunModel, SignInNotOffered, SignInFailed] as const,
});

export const FinishSignInResult = createUnionType({
  name: 'FinishSignInResult',
  description: 'The account, signed in to, or what is in the way.',
  types: () => [AccountModel, SignInLost, SignInFailed, SignInOvertaken] as const,
});
