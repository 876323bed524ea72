import { ArgsType, Field, Float, InputType } from '@nestjs/graphql';
import { isId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { Id, PageArgs } from '../graphql/index.js';
import type { ConversationFilter, ConversationOrder } from './conversation-list.js';
import type { ConversationState } from './conversation.row.js';
import { ConversationOrderEnum, ConversationViewEnum } from './enums.js';

const longestQuestion = 1_000;

@InputType({ description: 'Conversations with a finding of this label.' })
export class LabelFilter {
  @Field(() => String, { description: 'The label, as `need.implicit`.' })
  readonly id!: string;

  @Field(() => Float, { nullable: true, description: 'No less sure than this, from 0 to 1.' })
  readonly minScore?: number | null;
}

@ArgsType()
export class ConversationsArgs extends PageArgs {
  @Field(() => [Id], { nullable: true, description: 'Of these libraries; without it, of all of yours.' })
  readonly libraries?: readonly string[] | null;

  @Field(() => ConversationViewEnum, { nullable: true, description: 'In this state; without it, in every state but `begun`, in which nobody but you has spoken. What is hidden is shown by `hidden` only.' })
  readonly state?: ConversationState | 'hidden' | null;

  @Field(() => String, { nullable: true, description: '`me`, `none`, or the id of a person.' })
  readonly assignee?: string | null;

  @Field(() => LabelFilter, { nullable: true, description: 'With such a finding.' })
  readonly label?: LabelFilter | null;

  @Field(() => String, { nullable: true, description: 'With a post on this network.' })
  readonly network?: string | null;

  @Field(() => Id, { nullable: true, description: 'Heard by a follow of this list.' })
  readonly followList?: string | null;

  @Field(() => String, { nullable: true, description: 'With a post in this language; `en` also finds en-GB.' })
  readonly language?: string | null;

  @Field(() => Date, { nullable: true, description: 'With its newest post at this time or later.' })
  readonly since?: Date | null;

  @Field(() => Date, { nullable: true, description: 'With its newest post before this time.' })
  readonly until?: Date | null;

  @Field(() => String, { nullable: true, description: 'With a post that matches: words, "phrases", or, -without. Accents and case do not matter.' })
  readonly text?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only what is snoozed now. Otherwise that is left out.' })
  readonly snoozed?: boolean | null;

  @Field(() => ConversationOrderEnum, { defaultValue: 'rank', description: 'In which order.' })
  readonly order: ConversationOrder = 'rank';
}

/** What the arguments ask for. @throws PlatformError BAD_INPUT */
export const filterOf = (args: ConversationsArgs): ConversationFilter => {
  const label = question(args.label?.id, 'label');
  const text = question(args.text, 'text');
  return {
    libraries: args.libraries ?? undefined,
    state: args.state ?? undefined,
    assignee: args.assignee == null ? undefined : assigneeOf(args.assignee),
    label: label === undefined ? undefined : { id: label, minScore: args.label?.minScore ?? undefined },
    network: question(args.network, 'network'),
    followList: args.followList ?? undefined,
    language: languageOf(args.language),
    since: args.since ?? undefined,
    until: args.until ?? undefined,
    text: text?.trim() === '' ? undefined : text,
    snoozed: args.snoozed ?? undefined,
  };
};

const languageOf = (tag: string | null | undefined): string | undefined => {
  if (tag === null || tag === undefined) return undefined;
  if (!/^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(tag)) throw new PlatformError('BAD_INPUT', 'language is a tag, as en or pt-BR.', 'language');
  return tag;
};

const question = (value: string | null | undefined, field: string): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (value.length > longestQuestion) throw new PlatformError('BAD_INPUT', `${field} is longer than ${longestQuestion} characters.`, field);
  if (value.includes('\u0000')) throw new PlatformError('BAD_INPUT', `${field} holds a character that is never stored (U+0000).`, field);
  return value.toWellFormed();
};

const assigneeOf = (assignee: string): ConversationFilter['assignee'] => {
  if (assignee === 'me' || assignee === 'none') return assignee;
  if (!isId(assignee)) throw new PlatformError('BAD_INPUT', 'assignee is me, none, or the id of a person.', 'assignee');
  return { id: assignee };
};
