import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { writtenId } from '../../follows/index.js';
import { type Actor, Permissions } from '../../staff/index.js';
import { ReplyNotSent, type TooManySavedAnswers } from './saved-answer.errors.js';
import type { SavedAnswerRow } from './saved-answer.row.js';
import { SavedAnswersRepository } from './saved-answers.repository.js';
import { mayWriteAnswers, SavedAnswersService } from './saved-answers.service.js';
import { type Personal, withoutPerson } from './without-person.js';
import { writtenAnswer, writtenCategories, writtenTitle } from './written-answer.js';

export interface AnswerOfReply {
  readonly answer: SavedAnswerRow;
  /** What the reply held of the person whom it answers, and the answer does not. */
  readonly leftOut: readonly Personal[];
}

interface SentReply {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  readonly state: string;
  readonly text: string;
  readonly lang: string;
  readonly handle: string | null;
  readonly name: string | null;
  readonly profileUrl: string | null;
  readonly postUrl: string | null;
  readonly said: string | null;
  readonly signature: string | null;
}

/** A reply that worked becomes a saved answer: what it says, without whom it was said to. */
@Injectable()
export class ReplyAnswersService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly answers: SavedAnswersRepository,
    private readonly saved: SavedAnswersService,
  ) {}

  /**
   * Once: where a reply has become one that was not removed, that one is answered as it is.
   * @throws PlatformError NOT_FOUND, FORBIDDEN, BAD_INPUT
   */
  save(actor: Actor, replyId: string, told: { readonly title: string; readonly categories: readonly string[] }): Promise<AnswerOfReply | ReplyNotSent | TooManySavedAnswers> {
    const [asked, title, categories] = [writtenId(replyId, 'replyId'), writtenTitle(told.title), writtenCategories(told.categories)];
    this.permissions.requireKind(actor, mayWriteAnswers);
    return this.database.as(actor.id, async (tx) => {
      const reply = await replyOf(tx, asked);
      await this.permissions.require(tx, actor, reply.libraryId, mayWriteAnswers);
      if (reply.state !== 'sent') return new ReplyNotSent();
      const { id, libraryId, conversationId, lang, handle, name, said, signature } = reply;
      const { text, leftOut } = withoutPerson(reply.text, { handle, name, said, signature, urls: [reply.profileUrl, reply.postUrl].filter((url) => url !== null) });
      await this.answers.lock(tx, libraryId);
      const before = await this.answers.ofReply(tx, libraryId, id);
      const known = before === undefined ? undefined : await this.answers.one(tx, { libraryId, id: before });
      if (known !== undefined) return { answer: known, leftOut };
      const full = await this.saved.full(tx, libraryId);
      if (full !== undefined) return full;
      const answerId = newId();
      await this.answers.insert(tx, { id: answerId, libraryId, by: actor.id, from: { replyId: id, conversationId } }, writtenAnswer({ kind: 'answer', title, text, lang, categories }));
      return { answer: await this.saved.record(tx, actor, { libraryId, id: answerId }, 'created', { reply: id }), leftOut };
    });
  }
}

/** Of one in several parts, all of it that is out. */
const replyOf = async (tx: Tx, id: string): Promise<SentReply> => {
  const [row] = await tx.query<SentReply>(
    `select r.id, r.library_id as "libraryId", r.conversation_id as "conversationId", r.state,
       coalesce((select string_agg(o.text, e'\\n\\n' order by o.part) from reply o where (o.id = r.id or o.whole_id = r.id) and o.state = 'sent'), r.text) as text, r.lang, a.handle, a.name, a.url as "profileUrl", p.url as "postUrl", p.text as said,
       (select y.signature from library_line up join reply_policy y on y.library_id = up.ancestor_id where up.library_id = r.library_id order by up.distance limit 1) as signature
     from reply one join reply r on r.id = coalesce(one.whole_id, one.id) left join heard_post p on p.id = r.to_post_id and p.library_id = r.library_id left join heard_profile a on a.id = p.author_id
     where one.id = $1 and r.library_id in (select scope())`,
    [id],
  );
  if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such reply.', 'replyId');
  return row;
};
