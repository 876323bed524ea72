import { randomBytes } from 'node:crypto';
import { AccountChanges, AccountsModule } from '@earshot/core/accounts';
import { AdvisingModule } from '@earshot/core/advising';
import { ConversationsModule, LookAgain } from '@earshot/core/conversations';
import { FollowChanges, type FollowableProfile, type FollowableTarget, TargetResolver } from '@earshot/core/follows';
import { JobQueue, JobsModule } from '@earshot/core/jobs';
import { HostOptions, Intake, PluginsModule, SecretKeys, loadPlugins } from '@earshot/core/plugins';
import { Suppression } from '@earshot/core/privacy';
import { newSecretText } from '@earshot/core/staff';
import { Classifiers } from '@earshot/core/understanding';
import { Global, Module } from '@nestjs/common';
import { newId } from '../../libs/core/src/database/ids.js';
import { type ApiApp, startApi } from '../support/api-app.js';
import type { Scene } from '../support/scene.js';
import type { TestDatabase } from '../support/test-database.js';
import type { FakeClock } from './fake-clock.js';
import { withAdvisor } from './with-advisor.js';
import { withBrokenAdvisor } from './with-broken-advisor.js';

class NoTargets extends TargetResolver {
  async resolve(): Promise<readonly FollowableTarget[]> {
    return [];
  }
  async profiles(): Promise<readonly FollowableProfile[]> {
    return [];
  }
  async networks(): Promise<readonly string[]> {
    return [];
  }
}
class NoChanges extends FollowChanges {
  changed(): void {}
}
class DeafIntake extends Intake {
  take = (): Promise<never> => Promise.reject(new Error('nobody listens here'));
  takeFetched = this.take;
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Conversations and whoever advises on them, with jobs that run. */
export const startAdvising = async (test: TestDatabase, clock: FakeClock): Promise<ApiApp> => {
  const registry = await loadPlugins({ bundled: [withAdvisor, withBrokenAdvisor].map((definition) => ({ name: definition.id, definition })), packages: [] });

  @Global()
  @Module({
    providers: [{ provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: NoTargets }, { provide: LookAgain, useValue: { atThread: async () => {} } }, { provide: FollowChanges, useClass: NoChanges }, { provide: AccountChanges, useExisting: FollowChanges }, { provide: Intake, useClass: DeafIntake }, { provide: Classifiers, useValue: { list: () => [] } }],
    exports: [TargetResolver, LookAgain, Suppression, FollowChanges, AccountChanges, Intake, Classifiers],
  })
  class Host {}

  const api = await startApi(test, {
    imports: [
      Host, PluginsModule.forRoot(registry, new HostOptions({ secretKeys: SecretKeys.of(randomBytes(32)), clock })), JobsModule.forRoot({ works: true, log: quiet }),
      AccountsModule, ConversationsModule, AdvisingModule,
    ],
  });
  await api.app.get(JobQueue).start();
  return api;
};

/** What a session of theirs sends. */
export const signedIn = async (scene: Scene, actor: string): Promise<Record<string, string>> => {
  const session = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), actor, session.hash]);
  return { cookie: `earshot=${session.text}`, 'x-earshot': '1' };
};
