import { StartError } from '../../errors/index.js';
import type { HostedPlugin } from './hosted-plugin.js';
import { PluginRegistry } from './plugin-registry.js';
import { pluginSchema } from './plugin.schema.js';

export interface PluginSources {
  /** Modules that the composition root brings, on unless their id is in `off`. */
  readonly bundled: readonly { readonly name: string; readonly definition: unknown }[];
  /** Packages of outsiders, by name; their default export is the definition. */
  readonly packages: readonly string[];
  /** Ids of bundled plugins that this installation does without. */
  readonly off?: readonly string[];
  readonly importPackage?: (name: string) => Promise<{ readonly default?: unknown }>;
}

interface Candidate {
  readonly name: string;
  readonly definition?: unknown;
  readonly problem?: string;
}

/**
 * Loads and checks every plugin of this installation before anything of it runs.
 * @throws StartError INVALID_PLUGINS once, with all problems of all plugins.
 */
export const loadPlugins = async (sources: PluginSources): Promise<PluginRegistry> => {
  const found = [...sources.bundled, ...(await Promise.all(sources.packages.map((name) => importCandidate(name, sources.importPackage))))];
  const off = new Set(sources.off);
  const problems: string[] = [];
  const accepted = new Map<string, HostedPlugin>();
  for (const candidate of found) {
    const checked = check(candidate);
    problems.push(...checked.problems);
    const { plugin } = checked;
    if (plugin === undefined) continue;
    if (accepted.has(plugin.id)) problems.push(`${candidate.name}: the id "${plugin.id}" belongs to another plugin already`);
    else accepted.set(plugin.id, plugin);
  }
  for (const id of off) if (!accepted.delete(id)) problems.push(`off: there is no plugin "${id}" to turn off`);
  if (problems.length > 0)
    throw new StartError('INVALID_PLUGINS', `${problems.length === 1 ? 'A plugin is' : 'Plugins are'} invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, 'Mend or remove what is listed; plugins are named in earshot.config.json.');
  return new PluginRegistry([...accepted.values()]);
};

const importCandidate = async (name: string, importPackage: PluginSources['importPackage'] = (from) => import(from) as Promise<{ default?: unknown }>): Promise<Candidate> => {
  try {
    const { default: definition } = await importPackage(name);
    return definition === undefined ? { name, problem: 'has no default export' } : { name, definition };
  } catch (error) {
    return { name, problem: `cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
};

const check = (candidate: Candidate): { readonly plugin?: HostedPlugin; readonly problems: readonly string[] } => {
  const { name, definition } = candidate;
  if (candidate.problem !== undefined) return { problems: [`${name}: ${candidate.problem}`] };
  try {
    const read = pluginSchema.safeParse(definition);
    // The definition itself is kept, not the parsed copy: methods keep the `this` that their author gave them.
    if (read.success) return { plugin: definition as HostedPlugin, problems: [] };
    return { problems: read.error.issues.map((issue) => `${name}: ${issue.path.length > 0 ? `${issue.path.map(String).join('.')} ` : ''}${issue.message}`) };
  } catch {
    return { problems: [`${name}: throws when it is looked at`] };
  }
};
