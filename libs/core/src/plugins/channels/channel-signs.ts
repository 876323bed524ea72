import { Injectable } from '@nestjs/common';
import type { Taken } from '../intake.js';

interface OfChannel {
  readonly channelId: string;
  readonly key: string;
  readonly accountId: string;
  readonly plugin: string;
}

/** What the runner of this process does, as it does it: for progress on a terminal, metrics, and tests that wait for something to have happened. */
export type ChannelSign =
  | ({ readonly kind: 'opened' } & OfChannel)
  | ({ readonly kind: 'taken'; readonly taken: Taken; readonly heardUntil: Date | undefined } & OfChannel)
  | ({ readonly kind: 'progress'; readonly done: number; readonly of: number | undefined } & OfChannel)
  | ({ readonly kind: 'ended'; readonly how: string; readonly state: string | undefined } & OfChannel)
  | { readonly kind: 'looked' | 'renewed'; readonly held: number };

@Injectable()
export class ChannelSigns {
  private readonly watchers = new Set<(sign: ChannelSign) => void>();

  /** The answer ends it. A watcher must not throw. */
  watch(watcher: (sign: ChannelSign) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  tell(sign: ChannelSign): void {
    for (const watcher of this.watchers) watcher(sign);
  }
}
