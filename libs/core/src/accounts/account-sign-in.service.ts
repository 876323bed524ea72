import { isRemoteError } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import { HostOptions, PluginSignIns } from '../plugins/index.js';
import type { Actor } from '../staff/index.js';
import { AccountDesk } from './account-desk.js';
import { AccountRestarts } from './account-restarts.js';
import { SignInFailed, SignInLost, SignInNotOffered, SignInOvertaken } from './account-sign-in.errors.js';
import { AccountWrites } from './account-writes.repository.js';
import type { AccountRow } from './account.row.js';
import { type BegunSignIn, SignInTickets } from './sign-in-tickets.repository.js';

export type FinishedSignIn = AccountRow | SignInLost | SignInFailed | SignInOvertaken;

/**
 * Signing in to an account on its network's own page.
 *
 * begun ──the same person comes back within ten minutes──▶ finished, once: secrets sealed, channels restarted, and the network asked who we are.
 * What the plugin asks the network for is its own matter. Every method throws PlatformError as {@link AccountsService} does; a plugin's bug is thrown.
 */
@Injectable()
export class AccountSignInService {
  constructor(
    private readonly desk: AccountDesk,
    private readonly plugins: PluginSignIns,
    private readonly tickets: SignInTickets,
    private readonly restarts: AccountRestarts,
    private readonly writes: AccountWrites,
    private readonly host: HostOptions,
  ) {}

  async begin(actor: Actor, accountId: string): Promise<{ readonly url: string; readonly until: Date } | SignInNotOffered | SignInFailed> {
    const account = await this.desk.act(actor, (act) => act.account(accountId));
    if (!this.plugins.offeredBy(account.plugin)) return new SignInNotOffered();
    const callback = this.host.callbackUrl();
    if (callback === undefined) throw new PlatformError('UNAVAILABLE', 'Networks send people back to the address of this installation, which it does not know: set EARSHOT_PUBLIC_URL.');
    const ticket = this.tickets.newTicket();
    const begun = await heeding(() => this.plugins.begin(account.id, callback, ticket));
    if (begun instanceof SignInFailed) return begun;
    const until = await this.tickets.keep(ticket, actor.id, { accountId: account.id, state: begun.state });
    await this.desk.act(actor, (act) => act.record(account, 'account.sign-in-begun'));
    return { url: begun.url.href, until };
  }

  /** `query`: with what the network sent the person back; its `state` is the ticket. */
  async finish(actor: Actor, query: URLSearchParams): Promise<FinishedSignIn> {
    const ticket = query.get('state');
    const begun = ticket === null ? undefined : await this.tickets.take(ticket, actor.id);
    return begun === undefined ? new SignInLost() : this.finishBegun(actor, begun, query);
  }

  /** For whoever was sent back to where nothing could read it. `answer`: the address that the browser shows, or the code that the network showed. */
  async finishByHand(actor: Actor, accountId: string, answer: string): Promise<FinishedSignIn> {
    const query = answerOf(answer);
    const ticket = query.get('state');
    const begun = ticket === null ? await this.tickets.takeOf(accountId, actor.id) : await this.tickets.take(ticket, actor.id);
    return begun?.accountId === accountId ? this.finishBegun(actor, begun, query) : new SignInLost();
  }

  /** Gives the tokens back where the plugin can, and forgets the secrets. Nothing is heard or sent until somebody signs in again. */
  async end(actor: Actor, accountId: string): Promise<AccountRow> {
    const { plugin } = await this.desk.act(actor, (act) => act.account(accountId));
    if (!this.plugins.offeredBy(plugin)) throw new PlatformError('BAD_INPUT', 'One does not sign in to this kind of account.', 'accountId');
    await this.plugins.revoke(accountId);
    return this.desk.act(actor, async (act) => {
      const changed = await this.writes.signedOut(act.tx, await act.account(accountId));
      await act.record(changed, 'account.signed-out');
      return changed;
    });
  }

  private async finishBegun(actor: Actor, { accountId, state }: BegunSignIn, query: URLSearchParams): Promise<FinishedSignIn> {
    // Whoever lost their role meanwhile signs in nowhere.
    await this.desk.act(actor, (act) => act.account(accountId));
    const told = await heeding(() => this.plugins.finish(accountId, query, state));
    if (told instanceof SignInFailed) return told;
    const sealed = this.host.secretKeys.seal(accountId, told.secrets);
    const changed = await this.desk.act(actor, async (act) => {
      const account = await this.restarts.signedIn(act.tx, await act.account(accountId), sealed, told.before);
      if (account === undefined) return undefined;
      await act.record(account, 'account.signed-in');
      return account;
    });
    if (changed === undefined) return new SignInOvertaken();
    await this.plugins.identify(accountId);
    return this.desk.act(actor, (act) => act.account(accountId));
  }
}

/** What a person pastes: an address with a query, or a bare code. */
export const answerOf = (pasted: string): URLSearchParams => URL.parse(pasted.trim())?.searchParams ?? new URLSearchParams({ code: pasted.trim() });

const heeding = async <T>(work: () => Promise<T>): Promise<T | SignInFailed> => {
  try {
    return await work();
  } catch (error) {
    if (isRemoteError(error)) return new SignInFailed(error.message);
    throw error;
  }
};
