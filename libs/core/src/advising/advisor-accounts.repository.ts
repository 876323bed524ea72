import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { PluginRegistry } from '../plugins/index.js';

/** Advisors that are asked at once about one need. */
const mostAdvisors = 30;

export interface AdvisorAccount {
  readonly id: string;
  readonly plugin: string;
}

/** Which accounts advise a library: its own, and those of the libraries above it. */
@Injectable()
export class AdvisorAccounts {
  constructor(private readonly registry: PluginRegistry) {}

  /** The library's own first. */
  of(query: Pick<Tx, 'query'>, libraryId: string): Promise<readonly AdvisorAccount[]> {
    return query.query<AdvisorAccount>(
      `select a.id, a.plugin from account a join library_line l on l.ancestor_id = a.library_id
       where l.library_id = $1 and a.plugin = any($2::text[]) and a.state = 'on' and a.removed_at is null order by l.distance, a.name, a.id limit ${mostAdvisors}`,
      [libraryId, this.registry.plugins.filter(({ advisor }) => advisor !== undefined).map(({ id }) => id)],
    );
  }

  /** What the buttons of its plugin say. */
  actions({ plugin }: AdvisorAccount): readonly string[] {
    return Object.keys(this.registry.find(plugin)?.advisor?.actions ?? {});
  }
}
