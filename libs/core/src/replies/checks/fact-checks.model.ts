import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id } from '../../graphql/index.js';
import type { ReplyState } from '../reply.row.js';
import { ReplyStateEnum } from '../reply-state.enum.js';
import { Check } from './check.js';

@ObjectType({ implements: () => Check, description: 'A link of the text leads nowhere, or nowhere that a reader could go.' })
export class LinkLeadsNowhere extends Check {
  readonly code = 'LINK_LEADS_NOWHERE';
  readonly blocks = true;
  readonly message: string;

  @Field(() => String, { description: 'As it stands in the text.' })
  readonly url: string;

  constructor(url: string, why: string) {
    super();
    this.url = url;
    this.message = `${why} ${url}`;
  }
}

@ObjectType({ implements: () => Check, description: 'What a link leads to did not answer just now as a page does. It may be busy, or turn away programs.' })
export class LinkSilent extends Check {
  readonly code = 'LINK_SILENT';
  readonly blocks = false;
  readonly message: string;

  @Field(() => String, { description: 'As it stands in the text.' })
  readonly url: string;

  constructor(url: string, words: string) {
    super();
    this.url = url;
    this.message = `Open this link before you send it: ${words} ${url}`;
  }
}

@ObjectType({ implements: () => Check, description: 'The reply is in another language than the post.' })
export class OtherLanguage extends Check {
  readonly code = 'OTHER_LANGUAGE';
  readonly blocks = false;
  readonly message: string;

  @Field(() => String, { description: 'Of the reply, as a BCP 47 tag.' })
  readonly lang: string;

  @Field(() => String, { description: 'Of the post, as a BCP 47 tag.' })
  readonly authorLang: string;

  constructor(lang: string, authorLang: string) {
    super();
    this.lang = lang;
    this.authorLang = authorLang;
    this.message = `The post is in ${nameOf(authorLang)}, and your answer is in ${nameOf(lang)}.`;
  }
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });
const nameOf = (lang: string): string => names.of(lang) ?? lang;

@ObjectType({ implements: () => Check, description: 'The post is so old that an answer may come as a surprise.' })
export class OldPost extends Check {
  readonly code = 'OLD_POST';
  readonly blocks = false;
  readonly message: string;

  @Field(() => Date, { description: 'When it was posted.' })
  readonly postedAt: Date;

  constructor(postedAt: Date, days: number) {
    super();
    this.postedAt = postedAt;
    this.message = `This was said ${days} days ago: its author may have gone on, and will wonder how you found it.`;
  }
}

@ObjectType({ implements: () => Check, description: 'Others answered this post already.' })
export class OthersAnswered extends Check {
  readonly code = 'OTHERS_ANSWERED';
  readonly blocks = false;
  readonly message: string;

  @Field(() => Int, { description: 'How many people, other than the author and your own accounts.' })
  readonly answers: number;

  constructor(answers: number) {
    super();
    this.answers = answers;
    this.message = `${answers === 1 ? 'Somebody' : `${answers} people`} answered already: read that first, and say only what is missing.`;
  }
}

interface OtherReply {
  readonly replyId: string;
  readonly state: ReplyState;
  readonly byId: string;
  readonly at: Date;
}

@ObjectType({ isAbstract: true })
abstract class AboutOtherReply extends Check {
  @Field(() => Id, { description: 'The other reply.' })
  readonly replyId: string;

  @Field(() => ReplyStateEnum, { description: 'Where it is on its way.' })
  readonly state: ReplyState;

  @Field(() => Id, { description: 'Who approved it, else who drafted it.' })
  readonly byId: string;

  @Field(() => Date, { description: 'When it was sent, else approved, else changed the last time.' })
  readonly at: Date;

  constructor({ replyId, state, byId, at }: OtherReply) {
    super();
    this.replyId = replyId;
    this.state = state;
    this.byId = byId;
    this.at = at;
  }
}

@ObjectType({ implements: () => Check, description: 'There is another reply in this conversation.' })
export class ColleagueReplies extends AboutOtherReply {
  readonly code = 'COLLEAGUE_REPLIES';
  readonly blocks = false;
  readonly message: string;

  constructor(other: OtherReply) {
    super(other);
    this.message = `There is another reply in this conversation${saidOf[other.state] ?? ''}: keep one of them, unless both are wanted.`;
  }
}

@ObjectType({ implements: () => Check, description: 'Another reply in this conversation is on its way, or was sent since these words were written: whoever approves them says whether they go beside it, or instead of it.' })
export class ColleagueSends extends AboutOtherReply {
  readonly code = 'COLLEAGUE_SENDS';
  readonly blocks = true;
  readonly message: string;

  constructor(other: OtherReply) {
    super(other);
    this.message = `Meanwhile there is another reply in this conversation${saidOf[other.state] ?? ''}. Send yours too, ${other.state === 'approved' ? 'or instead of it, ' : ''}or keep the other.`;
  }
}

const saidOf: Partial<Record<ReplyState, string>> = {
  draft: ', a draft', in_review: ', which waits for its approval', approved: ', which is about to leave', sending: ', which is on its way', sent: ', which was sent', unknown: ', of which nobody knows whether it arrived',
};

@ObjectType({ implements: () => Check, description: 'A colleague types a reply in this conversation right now.' })
export class ColleagueTypes extends Check {
  readonly code = 'COLLEAGUE_TYPES';
  readonly blocks = false;
  readonly message: string;

  @Field(() => Id, { description: 'Who.' })
  readonly byId: string;

  @Field(() => Date, { description: 'Since when.' })
  readonly since: Date;

  @Field(() => Boolean, { description: 'Whether the conversation is assigned to them.' })
  readonly hasIt: boolean;

  constructor({ byId, since, hasIt }: { readonly byId: string; readonly since: Date; readonly hasIt: boolean }) {
    super();
    this.byId = byId;
    this.since = since;
    this.hasIt = hasIt;
    this.message = `${hasIt ? 'A colleague, who has this conversation,' : 'A colleague'} is typing a reply in it right now: ask them first, unless both are wanted.`;
  }
}

@ObjectType({ implements: () => Check, description: 'Another library has taken this thread. What it says there, and who, is not told.' })
export class OtherLibraryAnswers extends Check {
  readonly code = 'OTHER_LIBRARY_ANSWERS';
  readonly blocks = true;
  readonly message: string;

  @Field(() => String, { description: 'Its name, as far as you may know it.' })
  readonly libraryName: string;

  @Field(() => Date, { description: 'Since when.' })
  readonly since: Date;

  constructor(libraryName: string, since: Date) {
    super();
    this.libraryName = libraryName;
    this.since = since;
    this.message = `${libraryName} has taken this thread.`;
  }
}

@ObjectType({ implements: () => Check, description: 'A library of yours wrote to this person lately, without having been asked. One such reply in a while is enough from all of you.' })
export class UnaskedLately extends Check {
  readonly code = 'UNASKED_LATELY';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => String, { description: 'Which library, as far as you may know its name.' })
  readonly libraryName: string;

  constructor(at: Date, libraryName: string, days: number) {
    super();
    this.at = at;
    this.libraryName = libraryName;
    this.message = `${libraryName} wrote to this person unasked within the last ${days} days. Wait until they speak to you, or until that time is over.`;
  }
}

@ObjectType({ implements: () => Check, description: 'These very words were sent to others lately.' })
export class SameWords extends Check {
  readonly code = 'SAME_WORDS';
  readonly blocks = false;
  readonly message: string;

  @Field(() => Int, { description: 'To how many other people, within thirty days. A post to everybody counts as one.' })
  readonly people: number;

  constructor(people: number, isOwnPost: boolean) {
    super();
    this.people = people;
    this.message = isOwnPost
      ? 'These very words went out lately: networks and their people take that for a machine. Say it anew.'
      : `${people === 1 ? 'Somebody else' : `${people} other people`} got these very words lately: networks and their people take that for a machine. Say it to this person.`;
  }
}

@ObjectType({ implements: () => Check, description: 'Something was found in the post that asks for care.' })
export class Sensitive extends Check {
  readonly code = 'SENSITIVE';
  readonly blocks = false;
  readonly message: string;

  @Field(() => [String], { description: 'The titles of what was found.' })
  readonly titles: readonly string[];

  constructor(titles: readonly string[]) {
    super();
    this.titles = titles;
    this.message = `The post was found to be: ${titles.join(', ')}. Ask yourself whether a public answer helps this person.`;
  }
}
