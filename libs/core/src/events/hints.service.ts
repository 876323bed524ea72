import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, type Hint } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { ActorResolver, type Authority } from '../staff/index.js';
import { HintConnection, type HintSink } from './hint-connection.js';
import { type HintScope, Subscriber } from './subscriber.js';

/** How long somebody whose session expired unnoticed may still hear that things change. What things, they could not read any more. */
const recheckMs = 60_000;

/** Passes on what commits anywhere to whoever may know of it, in this process. */
@Injectable()
export class Hints implements HintSink, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('events');
  private readonly subscribers = new Set<Subscriber>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database, private readonly actors: ActorResolver, connection: HintConnection) {
    connection.tell(this);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.recheck(), recheckMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const subscriber of this.subscribers) subscriber.end();
  }

  /**
   * Begins with "read again", and says so anew whenever listening had to begin anew: what the client reads then and what it is told of afterwards leave no gap.
   * Ends when the session or token does.
   * @throws PlatformError NOT_FOUND where a library is not the actor's
   */
  async subscribe(authority: Authority, libraries: readonly string[] | undefined): Promise<Subscriber> {
    const subscriber = new Subscriber(authority, libraries && new Set(libraries), (ended) => this.subscribers.delete(ended));
    // Before its scope is read, so that a change of it in between is not missed.
    this.subscribers.add(subscriber);
    const turn = subscriber.suspend();
    try {
      const scope = await this.scopeOf(authority);
      if (libraries?.some((library) => !scope.own.has(library))) throw new PlatformError('NOT_FOUND', 'There is no such library among yours.', 'libraries');
      subscriber.open(scope, turn);
      return subscriber;
    } catch (error) {
      subscriber.end();
      throw error;
    }
  }

  hints(hints: readonly Hint[]): void {
    for (const hint of hints) for (const subscriber of this.subscribers) subscriber.offer(hint);
  }

  actorChanged(actorId: string): void {
    for (const subscriber of this.subscribers) {
      if (subscriber.authority.actor.id !== actorId) continue;
      void this.reopen(subscriber, subscriber.suspend());
    }
  }

  listening(): void {
    for (const subscriber of this.subscribers) subscriber.mustReadAgain();
  }

  /** Ends the subscriptions of whoever may not be here any more. */
  async recheck(): Promise<void> {
    for (const subscriber of [...this.subscribers]) if ((await this.renewed(subscriber)) === undefined) subscriber.end();
  }

  private async reopen(subscriber: Subscriber, turn: number): Promise<void> {
    const authority = await this.renewed(subscriber);
    if (authority === undefined) return subscriber.end();
    try {
      subscriber.open(await this.scopeOf(authority), turn);
    } catch (error) {
      // The client subscribes again, and is told then what is wrong.
      this.logger.error(new Error('a subscription was ended, because its scope could not be read', { cause: error }));
      subscriber.end();
    }
  }

  private async renewed(subscriber: Subscriber): Promise<Authority | undefined> {
    try {
      return await this.actors.renew(subscriber.authority);
    } catch (error) {
      this.logger.error(new Error('a subscription was ended, because its session could not be read', { cause: error }));
      return undefined;
    }
  }

  private scopeOf({ actor }: Authority): Promise<HintScope> {
    return this.database.as(actor.id, async (tx) => {
      const rows = await tx.query<{ id: string; own: boolean }>('select id, true as own from scope() id union all select id, false from scope_up() id');
      const of = (own: boolean): ReadonlySet<string> => new Set(rows.filter((row) => row.own === own).map((row) => row.id));
      return { own: of(true), above: of(false) };
    });
  }
}
