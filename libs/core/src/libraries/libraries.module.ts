import { Module } from '@nestjs/common';
import { LibrariesRepository } from './libraries.repository.js';
import { LibrariesResolver } from './libraries.resolver.js';
import { LibrariesService } from './libraries.service.js';
import { LibraryLoader } from './library.loader.js';
import { LibraryRoleResolver } from './library-role.resolver.js';

/** The tree of libraries and the places that they serve. */
@Module({ providers: [LibrariesRepository, LibrariesResolver, LibrariesService, LibraryLoader, LibraryRoleResolver], exports: [LibrariesService, LibraryLoader] })
export class LibrariesModule {}
