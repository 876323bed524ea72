import { Module } from '@nestjs/common';
import { LibrariesRepository } from './libraries.repository.js';
import { LibrariesResolver } from './libraries.resolver.js';
import { LibrariesService } from './libraries.service.js';
import { LibraryLoader } from './library.loader.js';
import { AuditEntryModel, StaffApiModule, TokenModel } from '../staff/api/index.js';
import { libraryEdge } from './library-edge.js';
import { LibraryRoleResolver } from './library-role.resolver.js';

const edges = [libraryEdge(TokenModel, 'Where its role holds.'), libraryEdge(AuditEntryModel, 'At which library.')];

/** The tree of libraries and the places that they serve. */
@Module({ imports: [StaffApiModule], providers: [LibrariesRepository, LibrariesResolver, LibrariesService, LibraryLoader, LibraryRoleResolver, ...edges], exports: [LibrariesService, LibraryLoader] })
export class LibrariesModule {}
