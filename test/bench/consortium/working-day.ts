import { performance } from 'node:perf_hooks';
import { seeded } from '../../support/seeded.ts';
import type { Colleague } from '../seed/found-consortium.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { type Operation, operations } from './operations.ts';

interface Inbox {
  readonly conversations: { readonly edges: readonly { readonly node: { readonly id: string; readonly topPost: { readonly id: string } | null } }[]; readonly pageInfo: { readonly endCursor: string | null } };
}
interface Drafted {
  readonly draftReply: { readonly __typename: string; readonly id?: string };
}

export interface Workplace {
  readonly staff: readonly Colleague[];
  /** By library. */
  readonly accounts: ReadonlyMap<string, string>;
  /** What is looked for. */
  readonly words: readonly string[];
}

/** Several colleagues look at one inbox: what one of them is at, another takes no reply to. */
const isWorkedOn = ['AlreadyClaimed', 'WrongState', 'Changed', 'ReplyBlocked'];

/**
 * Staff at work, each at what people do in turn: look at the inbox and into a conversation or two, take one and note what they think, answer, search, see
 * after lists and coverage. How long each operation took is kept by its name.
 */
export class WorkingDay {
  readonly took = new Map<Operation, number[]>();
  private readonly random = seeded(3);
  private readonly cursors = new Map<string, string>();
  private readonly client: GraphqlClient;
  private readonly at: Workplace;

  constructor(client: GraphqlClient, at: Workplace) {
    this.client = client;
    this.at = at;
  }

  /** The next errand, of colleague number n. */
  async work(n: number): Promise<void> {
    const who = this.at.staff[n % this.at.staff.length] as Colleague;
    const dice = this.random();
    if (dice < 0.4) await this.look(who);
    else if (dice < 0.58) await this.triage(who);
    else if (dice < 0.7) await this.answer(who);
    else if (dice < 0.82) await this.search(who);
    else if (dice < 0.9) await this.lists(who);
    else if (dice < 0.96) await this.watch(who);
    else await this.arrive(who);
  }

  private async ask<Data>(operation: Operation, who: Colleague, variables: object): Promise<Data> {
    const began = performance.now();
    const answer = await this.client.ask<Data>(operations[operation], variables, who.cookie);
    const took = this.took.get(operation) ?? [];
    took.push(performance.now() - began);
    this.took.set(operation, took);
    return answer;
  }

  private async inbox(who: Colleague, after?: string): Promise<Inbox['conversations']> {
    return (await this.ask<Inbox>('inbox', who, { libraries: [who.library], after })).conversations;
  }

  private async look(who: Colleague): Promise<void> {
    const first = await this.inbox(who);
    for (const { node } of this.some(first.edges, 2)) await this.ask('conversation', who, { id: node.id });
    if (first.pageInfo.endCursor !== null && this.random() < 0.3) await this.inbox(who, first.pageInfo.endCursor);
  }

  private async triage(who: Colleague): Promise<void> {
    const [one] = this.some((await this.inbox(who)).edges, 1);
    if (one === undefined) return;
    const { id } = one.node;
    await this.ask('conversation', who, { id });
    await (this.random() < 0.5 ? this.ask('claim', who, { id }) : this.ask('assign', who, { id, to: who.actor }));
    await this.ask('note', who, { id, body: 'Asked the children’s desk, they have a shelf of these.' });
    await this.ask('tag', who, { id, name: 'home' });
    if (this.random() < 0.5) await this.ask('close', who, { id });
  }

  private async answer(who: Colleague): Promise<void> {
    const [one] = this.some((await this.inbox(who)).edges, 1);
    const [post, account] = [one?.node.topPost?.id, this.at.accounts.get(who.library)];
    if (one === undefined || post === undefined || account === undefined) return;
    await this.ask('abilities', who, { account, post });
    const { draftReply } = await this.ask<Drafted>('draft', who, { id: one.node.id, post, account, text: 'There is a workshop on Thursday.' });
    if (draftReply.id === undefined) return this.tolerate(draftReply.__typename);
    const reply = draftReply.id;
    await this.ask('edit', who, { reply, text: 'There is a workshop on Thursday, and three books are on the shelf.' });
    const { submitReply } = await this.ask<{ submitReply: { __typename: string; version?: number } }>('review', who, { reply });
    if (submitReply.version === undefined) return this.tolerate(submitReply.__typename);
    const { approveReply } = await this.ask<{ approveReply: { __typename: string } }>('approve', who, { reply, version: submitReply.version });
    if (approveReply.__typename !== 'Reply') this.tolerate(approveReply.__typename);
  }

  private async search(who: Colleague): Promise<void> {
    await this.ask('search', who, { libraries: [who.library], text: this.at.words[Math.floor(this.random() * this.at.words.length)] });
    await this.ask('searches', who, { library: who.library });
  }

  private async lists(who: Colleague): Promise<void> {
    const { followLists } = await this.ask<{ followLists: { edges: readonly { node: { id: string } }[] } }>('lists', who, { library: who.library });
    for (const { node } of followLists.edges) await this.ask('follows', who, { list: node.id });
    await this.ask('due', who, { library: who.library });
  }

  private async watch(who: Colleague): Promise<void> {
    await this.ask('coverage', who, { library: who.library });
    const { changedSince } = await this.ask<{ changedSince: { cursor: string } }>('changes', who, { libraries: [who.library], cursor: this.cursors.get(who.actor) });
    this.cursors.set(who.actor, changedSince.cursor);
  }

  private async arrive(who: Colleague): Promise<void> {
    await this.ask('viewer', who, {});
    await this.ask('mine', who, { libraries: [who.library] });
  }

  private some<T>(of: readonly T[], count: number): readonly T[] {
    return of.length === 0 ? [] : Array.from({ length: count }, () => of[Math.floor(this.random() * of.length)] as T);
  }

  private tolerate(typename: string): void {
    if (!isWorkedOn.includes(typename) && !typename.startsWith('WrongReplyState')) throw new Error(`no reply was taken: ${typename}`);
  }
}
