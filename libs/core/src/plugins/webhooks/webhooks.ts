import { Injectable } from '@nestjs/common';
import { RemoteError, limits, readBatch } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { PluginCalls, checked } from '../calls/plugin-calls.js';
import { Intake } from '../intake.js';
import { type WebhookAnswer, readAnswer } from './webhook-answer.js';

/** Networks hang up after ten to thirty seconds, and deliver again. */
const receiveMs = 20_000;
/** When a network may try again what it delivers while somebody has stopped listening. */
const stoppedMs = 300_000;

const receivedSchema = z.object({
  response: z.instanceof(Response),
  events: z.array(z.unknown()).max(limits.events),
  channel: z.string().min(1).max(limits.id).optional(),
});

/** What networks tell by calling us. Nothing is known of the caller here: that it is the network is for the plugin to find out. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly calls: PluginCalls,
    private readonly intake: Intake,
    private readonly database: Database,
  ) {}

  /**
   * The plugin's answer, once what it told is stored. The same delivery again stores nothing twice.
   *
   * An `auth` that a plugin throws here stops no account: whoever knows the address can bring it about.
   * @throws PlatformError NOT_FOUND where nobody receives: no such account, it is off, or its plugin takes no calls. RemoteError, also where somebody
   * stopped listening: the network delivers again. PluginFault.
   */
  async receive(accountId: string, request: Request): Promise<WebhookAnswer> {
    const { plugin, libraryId, state } = await this.calls.account(accountId);
    const { source } = plugin;
    if (source?.receive === undefined || state === 'off') throw new PlatformError('NOT_FOUND', 'Nobody receives here.');
    const told = await this.calls.call(accountId, receiveMs, async ({ ctx }) => {
      const { response, ...rest } = checked(receivedSchema, await source.receive?.(request, ctx), plugin, 'answered a webhook with what is no answer');
      return { ...rest, answer: await readAnswer(response) };
    });
    const { events } = readBatch<never>({ events: told.events });
    if (events.length > 0) {
      // Here and not before: a network that asks whether we are there is answered.
      await this.refuseStopped(libraryId);
      const channelId = told.channel === undefined ? undefined : await this.channelOf(accountId, told.channel);
      await this.intake.takeFetched({ accountId, libraryId, plugin: plugin.id, ...(channelId === undefined ? {} : { channelId }) }, { events });
    }
    return told.answer;
  }

  private async refuseStopped(libraryId: string): Promise<void> {
    const rows = await this.database.listening((tx) => tx.query(`select from stopped_libraries('listening') s where s = $1`, [libraryId]));
    if (rows.length > 0) throw new RemoteError('rate-limited', 'Listening is stopped.', { retryAfter: new Date(Date.now() + stoppedMs) });
  }

  private async channelOf(accountId: string, key: string): Promise<string | undefined> {
    const [row] = await this.database.listening((tx) => tx.query<{ id: string }>('select id from channel where account_id = $1 and key = $2 and removed_at is null', [accountId, key]));
    return row?.id;
  }
}
