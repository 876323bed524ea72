import { Injectable } from '@nestjs/common';
import { Database, isId } from '../database/index.js';
import type { Actor } from '../staff/index.js';
import { ConversationsRepository } from './conversations.repository.js';
import { LookAgain } from './look-again.js';

/** Whoever reads a conversation over and over asks its network no oftener. */
const seenWithinMs = 120_000;

/** Before a conversation is shown whose reasons say that nobody answered, its thread is looked at: others may have answered since. */
@Injectable()
export class LookBeforeShown {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationsRepository,
    private readonly lookAgain: LookAgain,
  ) {}

  /** In a transaction of its own, which ends before the network is waited for. Nothing for a token that may only read: what a look finds is stored. */
  async conversation(actor: Actor, id: string): Promise<void> {
    if (!isId(id) || (actor.kind === 'token' && actor.scopes?.includes('triage') !== true)) return;
    const threadId = await this.database.as(actor.id, (tx) => this.conversations.unansweredThread(tx, id));
    if (threadId !== undefined) await this.lookAgain.atThread(threadId, seenWithinMs);
  }
}
