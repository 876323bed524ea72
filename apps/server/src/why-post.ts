import { type Why, WhyService } from '@earshot/core/listening';
import { type BesideOptions, besideEarshot } from './beside-earshot.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';

/** Why a post is heard, or is not, for whoever administers the machine: beside an Earshot that may be running. Listens to nothing. `run` may give up on the work before its end. */
export const whyPost = async (installation: Pick<BesideOptions, 'config' | 'logging' | 'key'>, post: string, run: (work: () => Promise<Why>) => Promise<Why>): Promise<Why> => {
  const registry = await loadInstalledPlugins(installation.config);
  return besideEarshot({ ...installation, registry }, () => Promise.resolve(), ({ app }) => run(() => app.get(WhyService).why(undefined, post)));
};
