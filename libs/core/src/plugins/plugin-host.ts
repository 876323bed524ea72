import { Injectable } from '@nestjs/common';
import { type Abilities, type Attempt, type Batch, type Profile, type Ref, type Target, type Want, abilitiesSchema, readBatch, refSchema, targetSchema } from '@earshot/plugin-sdk';
import { PluginContexts } from './context/plugin-contexts.js';
import { HostOptions } from './host-options.js';
import { PluginFault } from './plugin-fault.error.js';
import { withDeadline } from './with-deadline.js';

/** How long one answer of a plugin may take; a batch of a fetch counts as one. */
const answerMs = 30_000;
/** Batches of one fetch: more is no answer but a flood. */
const mostBatches = 1_000;

/** A responder of one account, with what it answers checked. Failures are RemoteErrors, or PluginFaults for what breaks the contract. */
export interface HostedResponder {
  abilities(to: Ref | undefined): Promise<Abilities>;
  send(attempt: Attempt): Promise<Ref>;
  find(attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'>;
}

/** What the platform asks of plugins one question at a time. Each call opens a context of its own and leaves nothing behind. */
@Injectable()
export class PluginHost {
  constructor(private readonly contexts: PluginContexts, private readonly options: HostOptions) {}

  /** Threads, back-fill, profiles, counts: as the source tells them, checked. */
  async *fetch(accountId: string, want: Want): AsyncIterable<Batch<never>> {
    const abort = new AbortController();
    const { account, ctx } = await this.contexts.open(accountId, { abort: abort.signal });
    const { source, id } = account.plugin;
    if (source === undefined) return;
    const answers = source.fetch(want, ctx)[Symbol.asyncIterator]();
    try {
      for (let n = 0; n < mostBatches; n++) {
        const next = await this.answer(id, async () => answers.next());
        if (next.done === true) return;
        // A fetch has no cursor; one that is given is not looked at.
        const { cursor: _, ...batch } = readBatch(next.value);
        yield batch as Batch<never>;
      }
    } finally {
      abort.abort();
    }
  }

  async profiles(accountId: string, refs: readonly Ref[]): Promise<readonly Profile[]> {
    const found: Profile[] = [];
    for await (const { events } of this.fetch(accountId, { profiles: refs })) for (const event of events) if (event.kind === 'profile') found.push(event.profile);
    return found;
  }

  /** What a text names on the account's network, and which network that is. */
  async resolve(accountId: string, text: string): Promise<readonly (Target & { readonly network: string })[]> {
    const abort = new AbortController();
    const { account, ctx } = await this.contexts.open(accountId, { abort: abort.signal });
    const { source, id, networks } = account.plugin;
    try {
      const told: unknown = await this.answer(id, async () => source?.resolve(text, ctx) ?? []);
      const read = targetSchema.array().max(100).safeParse(told);
      if (!read.success) throw new PluginFault(id, 'named something that cannot be followed');
      return read.data.map((target) => ({ ...target, network: networks[0] ?? id }));
    } finally {
      abort.abort();
    }
  }

  /** Undefined where the account's plugin does not answer. */
  async responder(accountId: string, abort: AbortSignal): Promise<HostedResponder | undefined> {
    const { account, ctx } = await this.contexts.open(accountId, { abort });
    const { responder, id } = account.plugin;
    if (responder === undefined) return undefined;
    const checkedRef = (told: unknown): Ref => {
      const read = refSchema.safeParse(told);
      if (!read.success) throw new PluginFault(id, 'gave no valid name of what it sent');
      return read.data as Ref;
    };
    return {
      abilities: async (to) => {
        const read = abilitiesSchema.safeParse(await this.answer(id, () => responder.abilities(to, ctx)));
        if (!read.success) throw new PluginFault(id, 'told no valid abilities');
        return read.data as Abilities;
      },
      send: async (attempt) => checkedRef(await this.answer(id, () => responder.send(attempt, ctx))),
      find: async (attempt) => {
        const told: unknown = await this.answer(id, () => responder.find(attempt, ctx));
        return told === 'absent' || told === 'cannot-tell' ? told : checkedRef(told);
      },
    };
  }

  private answer<T>(plugin: string, work: () => Promise<T>): Promise<T> {
    return withDeadline(this.options.clock, answerMs, plugin, work);
  }
}
