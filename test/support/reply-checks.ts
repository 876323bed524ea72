import type { Database } from '../../libs/core/src/database/index.js';
import { ReplyChecks } from '../../libs/core/src/replies/checks/reply-checks.js';
import { type LinkAnswer, Links } from '../../libs/core/src/replies/links.js';
import { ReplyPolicies } from '../../libs/core/src/replies/policy/reply-policies.js';
import { RepliesRepository } from '../../libs/core/src/replies/replies.repository.js';
import type { Senders } from '../../libs/core/src/replies/senders.js';
import { Audit, Permissions } from '../../libs/core/src/staff/index.js';
import type { NamedClassifier } from '../../libs/core/src/understanding/index.js';

/** Links that lead wherever a test says; elsewhere they answer. */
export class LinksAtHand extends Links {
  readonly leads = new Map<string, LinkAnswer>();
  readonly asked: string[] = [];

  async ask({ href }: URL): Promise<LinkAnswer> {
    this.asked.push(href);
    return this.leads.get(href) ?? { kind: 'answers' };
  }
}

/** The checks of replies, without a network but that of the senders. */
export const checksWith = (database: Database, senders: Senders, told: { readonly links?: Links; readonly classifiers?: readonly NamedClassifier[] } = {}): ReplyChecks =>
  new ReplyChecks(database, new RepliesRepository(), new Permissions(), { senders, links: told.links ?? new LinksAtHand(), classifiers: { list: () => told.classifiers ?? [] }, policies: new ReplyPolicies(database, new Permissions(), new Audit()) });
