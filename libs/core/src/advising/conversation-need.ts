import { Injectable } from '@nestjs/common';
import { type ConversationRow, conversationColumns, readReasons } from '../conversations/index.js';
import { isId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Cause, causes, decide } from '../privacy/index.js';
import { type Actor, type Needed, Permissions } from '../staff/index.js';
import type { AskedNeed } from './advice.repository.js';
import { NeedNotHeard } from './advising.errors.js';
import { isUnclear } from './house/unclear.js';
import type { Refusal } from '@earshot/plugin-sdk';

export interface ConversationAdvised extends ConversationRow {
  /** Of its library. */
  readonly lang: string;
}

interface HeardNeed {
  readonly restated: string;
  readonly postId: string;
  readonly score: number;
  readonly lang: string | null;
  readonly refusals: readonly Refusal[];
  readonly causes: readonly Cause[];
}

/** Findings that are looked through for one whose author lets machines read them. */
const mostFindings = 50;

const needsSql = `select f.restated, f.score, p.id as "postId", p.lang, p.refusals || coalesce(r.refusals, '[]') as refusals,
    coalesce((select array_agg(heard_cause(h.cause, h.routed_by)) from hearing h where h.conversation_id = $1 and h.library_id = $2 and h.post_id = p.id), '{}') as causes
  from heard_post p join heard_finding f on f.post_id = p.id and f.conversation_id = $1 left join heard_profile r on r.id = p.author_id
  where p.conversation_id = $1 and p.library_id = $2 and p.gone_at is null and f.restated <> ''
    and not exists (select 1 from finding_mark m where m.library_id = $2 and m.post_id = p.id and m.label = f.label and not m."right")
  order by p.id = $3 desc, f.score desc, f.id limit ${mostFindings}`;

/** The conversation that advice is asked for, and what somebody looks for in it. */
@Injectable()
export class ConversationNeed {
  constructor(private readonly permissions: Permissions) {}

  /** Also by the id of one that was merged. @throws PlatformError NOT_FOUND where the actor does not see it, FORBIDDEN where they may not act there. */
  async conversation(tx: Tx, actor: Actor, id: string, needed: Needed): Promise<ConversationAdvised> {
    const [row] = isId(id)
      ? await tx.query<ConversationAdvised>(
          `with recursive way(id, merged_into) as (
             select id, merged_into from conversation where id = $1 and library_id in (select scope())
             union select c.id, c.merged_into from way w join conversation c on c.id = w.merged_into and c.library_id in (select scope()))
           select ${conversationColumns}, coalesce(l.languages[1], 'en') as lang from way w join conversation c on c.id = w.id join library l on l.id = c.library_id where w.merged_into is null`,
          [id],
        )
      : [];
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such conversation.', 'conversationId');
    await this.permissions.require(tx, actor, row.libraryId, needed);
    return row;
  }

  /**
   * What was found to be looked for, in the post that deserves the attention before all others; nothing, and so an unclear need, where nothing was. Nothing is taken from the words of
   * authors who refuse that machines judge them.
   */
  async heard(tx: Tx, conversation: ConversationAdvised): Promise<AskedNeed | NeedNotHeard> {
    const rows = await tx.query<HeardNeed>(needsSql, [conversation.id, conversation.libraryId, conversation.topPostId]);
    let sign: string | undefined;
    for (const { restated, score, postId, lang, refusals, causes: heardBy } of rows) {
      const cause = causes.find((each) => heardBy.includes(each)) ?? 'thread';
      const { allowed, because } = decide(refusals, cause, 'classify');
      if (allowed) return { restated: restated.slice(0, 500).toWellFormed(), lang: lang ?? conversation.lang, ...placeOf(conversation), fromPostId: postId, unclear: isUnclear(restated, score) };
      sign ??= because?.sign;
    }
    return sign === undefined ? { restated: '', lang: conversation.lang, unclear: true } : new NeedNotHeard(sign);
  }

  said(restated: string, conversation: ConversationAdvised): AskedNeed {
    return { restated, lang: conversation.lang, ...placeOf(conversation), unclear: isUnclear(restated, undefined) };
  }
}

/** Where somebody says what they are looking for; where its author lives is nobody's business. */
const placeOf = ({ reasons }: ConversationRow): { readonly near?: string } => {
  const place = readReasons(reasons).find((reason) => reason.kind === 'place');
  return place === undefined || place.by === 'author' ? {} : { near: place.place };
};
