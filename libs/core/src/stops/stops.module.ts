import { Global, Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { StopLoader } from './stop.loader.js';
import { StopModel } from './stop.model.js';
import { StopWatch } from './stop-watch.js';
import { StopsRepository } from './stops.repository.js';
import { StopsResolver } from './stops.resolver.js';
import { StopsService } from './stops.service.js';

/** Ends what is under way where somebody stops it. Global. */
@Global()
@Module({ providers: [StopWatch], exports: [StopWatch] })
export class StopsModule {}

/** Stopping and resuming, and what staff see of it. */
@Module({
  imports: [LibrariesModule],
  providers: [StopsRepository, StopsService, StopLoader, StopsResolver, libraryEdge(StopModel, 'Where it was stopped, for all below; null for the whole installation.')],
  exports: [StopLoader],
})
export class StopsApiModule {}
