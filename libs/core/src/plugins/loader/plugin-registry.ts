import type { OnApplicationShutdown } from '@nestjs/common';
import { type Classifier, type Label, labelSchema } from '@earshot/plugin-sdk';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { PluginFault } from '../plugin-fault.error.js';
import type { HostedPlugin } from './hosted-plugin.js';

const loadedClassifierSchema = z.looseObject({
  version: z.string().min(1, 'is empty').max(200),
  labels: z.array(labelSchema),
  languages: z.union([z.literal('any'), z.array(z.string())]),
  when: z.union([z.literal('with-store'), z.looseObject({ afterStore: z.looseObject({}) })]),
  classify: z.custom((value) => typeof value === 'function', 'is no function'),
});

/** A classifier that a plugin declares. */
export interface RegisteredClassifier {
  /** `<plugin>/<name>`: what findings are stored under. */
  readonly id: string;
  readonly plugin: string;
  /**
   * The one instance of this process, made at the first call. A failed making is tried again at the next.
   * @throws PluginFault when it cannot be made, or what was made is no classifier.
   */
  load(): Promise<Classifier>;
}

/** The plugins of this installation, checked. */
export class PluginRegistry implements OnApplicationShutdown {
  private readonly byId: ReadonlyMap<string, HostedPlugin>;
  private readonly registered: readonly RegisteredClassifier[];
  private readonly loading = new Map<string, Promise<Classifier>>();
  private readonly labels = new Map<string, { readonly by: string; readonly label: Label }>();

  constructor(readonly plugins: readonly HostedPlugin[]) {
    this.byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
    this.registered = plugins.flatMap((plugin) =>
      Object.entries(plugin.classifiers ?? {}).map(([name, make]) => {
        const id = `${plugin.id}/${name}`;
        return { id, plugin: plugin.id, load: () => this.loadOnce(id, plugin.id, make) };
      }),
    );
  }

  find(id: string): HostedPlugin | undefined {
    return this.byId.get(id);
  }

  /** Ids of those that can listen. */
  sources(): readonly string[] {
    return this.plugins.filter((plugin) => plugin.source !== undefined).map((plugin) => plugin.id);
  }

  classifiers(): readonly RegisteredClassifier[] {
    return this.registered;
  }

  /** Disposes of every classifier that was loaded. One that fails keeps no other from it. */
  async onApplicationShutdown(): Promise<void> {
    const loaded = await Promise.allSettled(this.loading.values());
    this.loading.clear();
    await Promise.allSettled(loaded.map(async (result) => (result.status === 'fulfilled' ? result.value.dispose?.() : undefined)));
  }

  private loadOnce(id: string, plugin: string, make: () => Promise<Classifier>): Promise<Classifier> {
    const known = this.loading.get(id);
    if (known) return known;
    const made = this.make(id, plugin, make);
    this.loading.set(id, made);
    made.catch(() => this.loading.delete(id));
    return made;
  }

  private async make(id: string, plugin: string, make: () => Promise<Classifier>): Promise<Classifier> {
    let made: Classifier;
    try {
      made = await make();
    } catch (error) {
      throw new PluginFault(plugin, `could not make its classifier ${id}`, { cause: error });
    }
    const read = loadedClassifierSchema.safeParse(made);
    if (!read.success) throw new PluginFault(plugin, `made no classifier for ${id}: ${z.prettifyError(read.error)}`);
    for (const label of read.data.labels) this.agree(id, plugin, label);
    return made;
  }

  /** The same label does the same whoever gives it. */
  private agree(by: string, plugin: string, label: Label): void {
    const known = this.labels.get(label.id);
    if (known && known.by !== by && !isDeepStrictEqual(known.label.effects, label.effects))
      throw new PluginFault(plugin, `declares other effects for the label ${label.id} than ${known.by} does`);
    this.labels.set(label.id, known ?? { by, label });
  }
}
