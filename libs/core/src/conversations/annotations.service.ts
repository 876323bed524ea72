import { Injectable, Optional } from '@nestjs/common';
import type { Actor } from '../staff/index.js';
import { newId } from '../database/index.js';
import { Notices } from '../notices/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenId, writtenWords } from '../follows/index.js';
import type { ConversationRow } from './conversation.row.js';
import { peopleAt } from './people-at.js';
import { writeNote } from './write-note.js';
import { TriageDesk, type TriageAct, type TriageTarget } from './triage-desk.js';
import { NotAtThisLibrary, type Changed } from './triage.errors.js';

const mostMentions = 50;

/** What staff write onto a conversation, in every state of it: tags, notes, and whether a finding is right. */
@Injectable()
export class AnnotationsService {
  constructor(private readonly desk: TriageDesk, @Optional() private readonly notices?: Notices) {}

  tag(actor: Actor, target: TriageTarget & { readonly name: string }): Promise<ConversationRow | Changed> {
    const name = tagName(target.name);
    return this.desk.act(actor, target, async ({ tx, conversation, record }) => {
      const added = await tx.query('insert into tag(conversation_id, library_id, name, added_by) values ($1, $2, $3, $4) on conflict do nothing returning name', [
        conversation.id, conversation.libraryId, name, actor.id,
      ]);
      if (added.length > 0) record('tagged', {}, { name });
      return undefined;
    });
  }

  untag(actor: Actor, target: TriageTarget & { readonly name: string }): Promise<ConversationRow | Changed> {
    const name = tagName(target.name);
    return this.desk.act(actor, target, async ({ tx, conversation, record }) => {
      const removed = await tx.query('delete from tag where conversation_id = $1 and library_id = $2 and name = $3 returning name', [conversation.id, conversation.libraryId, name]);
      if (removed.length > 0) record('untagged', {}, { name });
      return undefined;
    });
  }

  /**
   * A note among colleagues. Who is mentioned must have a role at the conversation's library.
   * `noteId`, made by the client (a UUID), makes it safe to send twice: the second time nothing is added.
   */
  note(actor: Actor, target: TriageTarget & { readonly body: string; readonly mentions?: readonly string[] | undefined; readonly noteId?: string | undefined }): Promise<ConversationRow | Changed | NotAtThisLibrary> {
    const body = writtenWords(target.body, 'body', 20_000);
    const noteId = target.noteId === undefined ? newId() : writtenId(target.noteId, 'noteId');
    const mentions = [...new Set((target.mentions ?? []).map((each) => writtenId(each, 'mentions')))];
    if (mentions.length > mostMentions) throw new PlatformError('BAD_INPUT', `A note mentions ${mostMentions} people at most.`, 'mentions');
    return this.desk.act(actor, target, async ({ tx, conversation, record }) => {
      const here = await peopleAt(tx, conversation.libraryId, mentions, 'any');
      const elsewhere = mentions.filter((id) => !here.has(id));
      if (elsewhere.length > 0) return new NotAtThisLibrary(elsewhere, 'people with a role');
      const written = await writeNote(tx, conversation, { id: noteId, author: actor.id, body, mentions });
      if (written !== undefined) {
        record('noted', { note: written, mentions });
        const others = mentions.filter((id) => id !== actor.id);
        if (others.length > 0) await this.notices?.tell(tx, conversation.libraryId, { what: 'mentioned', key: `mentioned:${written}`, conversationId: conversation.id, by: actor.id, actorIds: others });
      }
      return undefined;
    });
  }

  /** Says that a finding is right or wrong. The mark is of the post and the label, and outlives the finding when its classifier runs again. */
  mark(actor: Actor, target: TriageTarget & { readonly findingId: string; readonly right: boolean }): Promise<ConversationRow | Changed> {
    const findingId = writtenId(target.findingId, 'findingId');
    return this.desk.act(actor, target, async (act) => {
      const { postId, label } = await findingOf(act, findingId);
      const changed = await act.tx.query(
        `insert into finding_mark as m(id, library_id, conversation_id, post_id, label, "right", by_actor) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (library_id, post_id, label) do update set "right" = excluded."right", by_actor = excluded.by_actor, at = now() where m."right" <> excluded."right" returning id`,
        [newId(), act.conversation.libraryId, act.conversation.id, postId, label, target.right, actor.id],
      );
      if (changed.length > 0) act.record('marked', { post: postId, right: target.right }, { label });
      return undefined;
    });
  }

  /** Takes the mark back. */
  unmark(actor: Actor, target: TriageTarget & { readonly findingId: string }): Promise<ConversationRow | Changed> {
    const findingId = writtenId(target.findingId, 'findingId');
    return this.desk.act(actor, target, async (act) => {
      const { postId, label } = await findingOf(act, findingId);
      const removed = await act.tx.query('delete from finding_mark where library_id = $1 and post_id = $2 and label = $3 returning id', [act.conversation.libraryId, postId, label]);
      if (removed.length > 0) act.record('marked', { post: postId, right: null }, { label });
      return undefined;
    });
  }
}

const tagName = (name: string): string => writtenWords(name, 'name', 60).normalize('NFC').replace(/\s+/gu, ' ').replace(/^#/u, '') || refuseTag();
const refuseTag = (): never => {
  throw new PlatformError('BAD_INPUT', 'name must not be empty.', 'name');
};

const findingOf = async ({ tx, conversation }: TriageAct, findingId: string): Promise<{ readonly postId: string; readonly label: string }> => {
  const [finding] = await tx.query<{ postId: string; label: string }>(
    `select f.post_id as "postId", f.label from heard_finding f join heard_post p on p.id = f.post_id and p.conversation_id = $2 where f.id = $1 and f.library_id = $3 and p.library_id = $3`,
    [findingId, conversation.id, conversation.libraryId],
  );
  if (finding === undefined) throw new PlatformError('NOT_FOUND', 'There is no such finding in this conversation.', 'findingId');
  return finding;
};
