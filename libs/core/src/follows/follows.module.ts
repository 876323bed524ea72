import { Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { EntryLookUp } from './entry-look-up.js';
import { FollowExportsService } from './exports/follow-exports.service.js';
import { FollowAccounts } from './follow-accounts.js';
import { FollowDecisionsResolver } from './follow-decisions.resolver.js';
import { FollowDecisionsService } from './follow-decisions.service.js';
import { FollowDesk } from './follow-desk.js';
import { FollowHistoryResolver } from './follow-history.resolver.js';
import { FollowListsResolver } from './follow-lists.resolver.js';
import { FollowListsService } from './follow-lists.service.js';
import { FollowListModel, FollowModel } from './follow.model.js';
import { FollowLoaders } from './follow-loaders.js';
import { FollowsRepository } from './follows.repository.js';
import { FollowsResolver } from './follows.resolver.js';
import { FollowsService } from './follows.service.js';
import { ImportApplying } from './imports/import-applying.js';
import { ImportChores } from './imports/import-chores.js';
import { FollowImportModel } from './imports/follow-import.model.js';
import { FollowImportsReader } from './imports/follow-imports.reader.js';
import { FollowImportsResolver } from './imports/follow-imports.resolver.js';
import { FollowImportsService } from './imports/follow-imports.service.js';
import { ImportLinesRepository } from './imports/import-lines.repository.js';
import { ImportLookUp } from './imports/import-look-up.js';
import { OwnLists } from './own-lists.js';
import { ProfileCheck } from './profile-check.js';
import { SavedSearchModel } from './searches/saved-search.model.js';
import { SavedSearchesRepository } from './searches/saved-searches.repository.js';
import { SavedSearchesResolver } from './searches/saved-searches.resolver.js';
import { SavedSearchesService } from './searches/saved-searches.service.js';

const offered = [
  AddFollowsService, FollowDecisionsService, FollowExportsService, FollowImportsReader, FollowImportsService, FollowListsService, FollowLoaders, FollowsRepository, FollowsService, ImportApplying, ImportLookUp,
  SavedSearchesRepository, SavedSearchesService,
];
const parts = [EntryLookUp, FollowAccounts, FollowDesk, ImportLinesRepository, OwnLists, ProfileCheck];

/** The services of follow lists and saved searches, for programs without an API. Needs what {@link FollowsModule} needs. */
@Module({
  providers: [...parts, ...offered, ImportChores],
  exports: [...offered, FollowAccounts, FollowDesk],
})
export class FollowServicesModule {}

const edges = [
  libraryEdge(FollowListModel, 'The library that writes it.'), libraryEdge(FollowModel, 'The library that follows.'), libraryEdge(SavedSearchModel, 'The library that writes it.'), libraryEdge(FollowImportModel, 'The library whose lists it brings.'),
];

/** What libraries listen to. Needs, from a global module, Suppression, and TargetResolver and FollowChanges, which the host of the plugins implements. */
@Module({
  imports: [LibrariesModule, StaffApiModule, FollowServicesModule],
  providers: [FollowDecisionsResolver, FollowHistoryResolver, FollowListsResolver, FollowsResolver, FollowImportsResolver, SavedSearchesResolver, ...edges],
  exports: [FollowServicesModule],
})
export class FollowsModule {}
