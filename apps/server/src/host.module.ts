import { FollowChanges, TargetResolver } from '@earshot/core/follows';
import { Authors } from '@earshot/core/listening';
import { PluginRegistry } from '@earshot/core/plugins';
import { Classifiers, RegistryClassifiers } from '@earshot/core/understanding';
import { type DynamicModule, Module } from '@nestjs/common';
import type { AppOptions } from './app.module.js';

/** The plugins at work: what the features ask of them, answered by their host. Global. */
@Module({})
export class HostModule {
  static forRoot({ registry }: AppOptions): DynamicModule {
    return {
      module: HostModule,
      global: true,
      providers: [
        { provide: PluginRegistry, useValue: registry },
        RegistryClassifiers,
        { provide: Classifiers, useExisting: RegistryClassifiers },
        { provide: Authors, useValue: { fetch: () => Promise.resolve([]) } },
        { provide: TargetResolver, useValue: { resolve: () => Promise.resolve([]) } },
        { provide: FollowChanges, useValue: { changed: () => {} } },
      ],
      exports: [PluginRegistry, RegistryClassifiers, Classifiers, Authors, TargetResolver, FollowChanges],
    };
  }
}
