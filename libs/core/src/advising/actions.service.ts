import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenWords } from '../follows/index.js';
import { AdvisorHost } from '../plugins/index.js';
import { type Actor, Audit, type Needed, Permissions } from '../staff/index.js';
import { ActionFailed } from './advising.errors.js';
import { longestNeed } from './advising.service.js';
import { AdvisorAccounts } from './advisor-accounts.repository.js';
import { ConversationNeed } from './conversation-need.js';
import { failureWords } from './failure-words.js';

const mayPress: Needed = { scope: 'draft', role: 'librarian', person: true };

export interface Press {
  readonly conversationId: string;
  readonly accountId: string;
  readonly action: string;
  readonly need: string;
  /** One press, for ever: sent again, it presses nothing and answers what came of it. */
  readonly key: string;
}

export interface Pressed {
  readonly key: string;
  readonly action: string;
  readonly url: string;
  readonly at: Date;
}

interface PressRow {
  readonly conversationId: string;
  readonly accountId: string;
  readonly action: string;
  readonly state: 'pressing' | 'done' | 'failed';
  readonly url: string | null;
  readonly words: string | null;
  readonly at: Date;
}

const notKnown = 'It is not known whether it was done: look there before you press again.';

/**
 * Buttons of advisors, pressed by persons. Each press has a key: it is written down, as `pressing`, before the advisor is called, and
 * becomes `done` or `failed` afterwards. It is called once: a press that is found written down is never called again.
 */
@Injectable()
export class ActionsService {
  constructor(
    private readonly database: Database,
    private readonly needs: ConversationNeed,
    private readonly accounts: AdvisorAccounts,
    private readonly host: AdvisorHost,
    private readonly audit: Audit,
    private readonly permissions: Permissions,
  ) {}

  /** @throws PlatformError NOT_FOUND, FORBIDDEN (also for every token), BAD_INPUT; CONFLICT where the key is that of another press. */
  async press(actor: Actor, press: Press): Promise<Pressed | ActionFailed> {
    this.permissions.requireKind(actor, mayPress);
    const need = writtenWords(press.need, 'need', longestNeed);
    const before = await this.database.as(actor.id, (tx) => this.writeDown(tx, actor, { ...press, need }));
    if (before !== undefined) return answer(press.key, before);
    const outcome = await this.call(press, need);
    return this.database.as(actor.id, async (tx) => answer(press.key, await settle(tx, press.key, outcome)));
  }

  /** @returns what was written down before, where it was. */
  private async writeDown(tx: Tx, actor: Actor, press: Press): Promise<PressRow | undefined> {
    const { id, libraryId } = await this.needs.conversation(tx, actor, press.conversationId, mayPress);
    const account = (await this.accounts.of(tx, libraryId)).find((each) => each.id === press.accountId);
    if (account === undefined) throw new PlatformError('NOT_FOUND', 'There is no such advisor for this conversation.', 'accountId');
    if (!this.accounts.actions(account).includes(press.action)) throw new PlatformError('NOT_FOUND', 'This account has no such action.', 'action');
    const added = await tx.query(
      'insert into advisor_press(key, library_id, conversation_id, account_id, action, need, pressed_by) values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing returning 1',
      [press.key, libraryId, id, press.accountId, press.action, press.need, actor.id],
    );
    if (added.length > 0) {
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'advisor.pressed', subjectKind: 'conversation', subjectId: id, detail: { account: press.accountId, key: press.key } });
      return undefined;
    }
    const [before] = await tx.query<PressRow>(`select ${columns} from advisor_press where key = $1 and library_id = $2`, [press.key, libraryId]);
    if (before?.conversationId !== id || before.accountId !== press.accountId || before.action !== press.action) throw new PlatformError('CONFLICT', 'This key was used for another press.', 'key');
    return before;
  }

  private async call({ accountId, action, key }: Press, need: string): Promise<{ readonly url: string } | { readonly words: string }> {
    try {
      const advisor = await this.host.advisor(accountId);
      return { url: (await advisor.press(action, { restated: need }, key)).href };
    } catch (error) {
      const words = failureWords(error);
      if (words === undefined) throw error;
      return { words: (error as Error).name === 'PluginFault' ? `${words} ${notKnown}` : words };
    }
  }
}

const columns = `conversation_id as "conversationId", account_id as "accountId", action, state, url, words, pressed_at as at`;

const settle = async (tx: Tx, key: string, outcome: { readonly url: string } | { readonly words: string }): Promise<PressRow> => {
  const [url, words] = 'url' in outcome ? [outcome.url, null] : [null, outcome.words];
  const [row] = await tx.query<PressRow>(
    `update advisor_press set state = $2, url = $3, words = $4 where key = $1 and library_id in (select scope()) returning ${columns}`,
    [key, url === null ? 'failed' : 'done', url, words],
  );
  if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such conversation.', 'conversationId');
  return row;
};

const answer = (key: string, { url, words, action, at }: PressRow): Pressed | ActionFailed => (url === null ? new ActionFailed(words ?? notKnown) : { key, action, url, at });
