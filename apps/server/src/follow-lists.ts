import { HeardTextsRepository, SearchTrialsService } from '@earshot/core/conversations';
import { deriveSecret, ownAddress } from '@earshot/core/config';
import type { Database } from '@earshot/core/database';
import { PlatformError } from '@earshot/core/errors';
import { AddFollowsService, BoundChangesService, BoundListsReader, BoundListsService, FollowExportsService, type FollowListRow, FollowImportsReader, FollowImportsService, FollowListsService, FollowServicesModule, FollowsRepository, FollowsService, ImportApplying, ImportLookUp, ListLook, ListNameTaken, NetworkListServicesModule, NetworkListsService, PublishedListsReader, PublishedListsService, PublishingRun } from '@earshot/core/follows';
import { NoticesModule } from '@earshot/core/notices';
import { SavedSearchesService } from '@earshot/core/follows/searches';
import { type Actor, StaffModule } from '@earshot/core/staff';
import { systemClock } from '@earshot/plugin-sdk';
import type { INestApplicationContext } from '@nestjs/common';
import { type BesideOptions, besideEarshot } from './beside-earshot.js';
import { type LibraryAt, libraryNamed } from './library-named.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';

export interface FollowListsOptions extends Omit<BesideOptions, 'imports' | 'registry'> {
  /** By handle; undefined where the installation has but one. */
  readonly library: string | undefined;
}

/** Lists on networks: which there are, what is kept in step with them, and what is shown there. */
export interface NetworkListsAtHand {
  readonly lists: NetworkListsService;
  readonly bound: BoundListsService;
  readonly changes: BoundChangesService;
  readonly boundReader: BoundListsReader;
  readonly look: ListLook;
  readonly published: PublishedListsService;
  readonly publishedReader: PublishedListsReader;
  readonly publishing: PublishingRun;
}

/** The follow lists and saved searches of one library, for whoever administers the machine: they act as the library itself. */
export interface FollowListsAtHand {
  readonly actor: Actor;
  readonly libraryId: string;
  readonly adding: AddFollowsService;
  readonly ending: FollowsService;
  readonly imports: FollowImportsService;
  readonly lookUp: ImportLookUp;
  readonly applying: ImportApplying;
  readonly exports: FollowExportsService;
  readonly follows: FollowsRepository;
  readonly reader: FollowImportsReader;
  readonly searches: SavedSearchesService;
  readonly trials: SearchTrialsService;
  readonly networks: NetworkListsAtHand;
  /** The library's own list of this name, made where there is none. */
  listNamed(name: string): Promise<{ readonly list: Pick<FollowListRow, 'id' | 'name'>; readonly made: boolean }>;
  removeList(listId: string): Promise<unknown>;
  /** Accounts by their names or ids; none told: undefined. @throws PlatformError NOT_FOUND */
  accountsNamed(names: readonly string[] | undefined): Promise<readonly string[] | undefined>;
  reading<T>(read: (reads: ReturnType<Database['reads']>) => Promise<T>): Promise<T>;
}

/** Works on follow lists beside an Earshot that may be running: it hears what changed at once, and looks up what is left half done. */
export const withFollowLists = async <T>({ library, ...installation }: FollowListsOptions, work: (lists: FollowListsAtHand) => Promise<T>): Promise<T> => {
  const { http, session } = installation.config;
  const registry = await loadInstalledPlugins(installation.config);
  const imports = [StaffModule.forRoot({ publicUrl: http.publicUrl, sessionHours: session.hours }), FollowServicesModule, NetworkListServicesModule, NoticesModule.forRoot({ mail: installation.config.mail, publicUrl: ownAddress(http), pushSecret: deriveSecret(installation.key, 'push'), log: installation.logging.logger('notices') })];
  return besideEarshot({ ...installation, registry, imports }, (owner) => libraryNamed(owner, library), ({ app, database, found }) => work(followListsAtHand(app, database, found)));
};

/** The same of an application that is put together already. */
export const followListsAtHand = (app: INestApplicationContext, database: Database, { libraryId, actorId }: LibraryAt): FollowListsAtHand => {
  const actor: Actor = { id: actorId, kind: 'system' };
  const reading: FollowListsAtHand['reading'] = async (read) => {
    const reads = database.reads(actorId);
    try {
      return await read(reads);
    } finally {
      await reads.close();
    }
  };
  return {
    actor, libraryId, reading,
    adding: app.get(AddFollowsService), ending: app.get(FollowsService), imports: app.get(FollowImportsService), lookUp: app.get(ImportLookUp), applying: app.get(ImportApplying), exports: app.get(FollowExportsService),
    follows: app.get(FollowsRepository), reader: app.get(FollowImportsReader), searches: app.get(SavedSearchesService),
    trials: new SearchTrialsService(new HeardTextsRepository(), app.get(FollowsRepository), systemClock),
    networks: {
      lists: app.get(NetworkListsService), bound: app.get(BoundListsService), changes: app.get(BoundChangesService), boundReader: app.get(BoundListsReader), look: app.get(ListLook),
      published: app.get(PublishedListsService), publishedReader: app.get(PublishedListsReader), publishing: app.get(PublishingRun),
    },
    async listNamed(name) {
      const made = await app.get(FollowListsService).create(actor, { libraryId, name });
      return made instanceof ListNameTaken ? { list: { id: made.listId, name }, made: false } : { list: made, made: true };
    },
    removeList: (listId) => app.get(FollowListsService).remove(actor, { listId }),
    async accountsNamed(names) {
      if (names === undefined) return undefined;
      const rows = await reading((reads) => reads.query<{ id: string; name: string }>(
        'select a.id, a.name from account a join library_line l on l.ancestor_id = a.library_id where l.library_id = $1 and a.removed_at is null order by l.distance, a.id', [libraryId]));
      return names.map((name) => {
        const found = rows.find((row) => row.id === name.toLowerCase() || row.name.toLowerCase() === name.toLowerCase());
        if (found === undefined) throw new PlatformError('NOT_FOUND', `The library has no account "${name}": it has ${rows.length === 0 ? 'none' : rows.map((row) => `"${row.name}"`).join(', ')}.`, 'account');
        return found.id;
      });
    },
  };
};
