import { createUnionType, Field, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../../graphql/index.js';
import { PostGoneError, ReplyByHand, ReplyNotAllowed, ReplyTooLong } from '../reply.errors.js';
import { AlternativeTextMissing, AlternativeTextTooLong, ImageNotTaken, ImagesNotTaken, TooManyImages } from '../attached/attached-checks.model.js';
import type { Check } from './check.js';
import { ColleagueReplies, ColleagueSends, ColleagueTypes, LinkLeadsNowhere, LinkSilent, OldPost, OtherLanguage, OtherLibraryAnswers, OthersAnswered, SameWords, Sensitive, UnaskedLately } from './fact-checks.model.js';
import { NeedsApprover, NeedsSecondPerson, QuietHours, SendingStopped, Unsigned } from './policy-checks.model.js';
import { HiddenCharacters, PlaceholdersLeft, TooManyMentions } from './text-checks.model.js';

export const ReplyCheckResult = createUnionType({
  name: 'ReplyCheck',
  description: 'What speaks against sending a reply as it is, with its facts.',
  types: () =>
    [
      ReplyNotAllowed, ReplyByHand, ReplyTooLong, PostGoneError, PlaceholdersLeft, HiddenCharacters, TooManyMentions, AlternativeTextMissing, AlternativeTextTooLong, ImagesNotTaken, TooManyImages, ImageNotTaken, LinkLeadsNowhere, LinkSilent, OtherLanguage, OldPost, OthersAnswered, ColleagueSends, ColleagueReplies, ColleagueTypes,
      OtherLibraryAnswers, UnaskedLately, SameWords, Sensitive, NeedsApprover, NeedsSecondPerson, SendingStopped, QuietHours, Unsigned,
    ] as const,
});

@ObjectType({ implements: () => UserError, description: 'Nobody can approve the reply as it is: each of the checks says what is to be mended first.' })
export class ReplyBlocked extends UserError {
  readonly code = 'REPLY_BLOCKED';
  readonly message: string;

  @Field(() => [ReplyCheckResult], { description: 'Those that block.' })
  readonly checks: readonly Check[];

  @Field(() => Id, { nullable: true, description: 'The further part of the answer that they are about; null: the reply itself.' })
  readonly partId: string | null;

  constructor(checks: readonly Check[], partId?: string) {
    super();
    this.checks = checks;
    this.partId = partId ?? null;
    this.message = checks.map(({ message }) => message).join(' ');
  }
}
