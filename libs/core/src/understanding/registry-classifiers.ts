import { Injectable } from '@nestjs/common';
import { PluginRegistry } from '../plugins/index.js';
import { Classifiers, type NamedClassifier } from './classifiers.js';

/** The classifiers of the installed plugins, loaded once before the first batch, so that the pipeline never waits for a model. */
@Injectable()
export class RegistryClassifiers extends Classifiers {
  private loaded: readonly NamedClassifier[] = [];

  constructor(private readonly registry: PluginRegistry) {
    super();
  }

  /** @returns those that could not be loaded: the others work without them. */
  async load(): Promise<readonly { readonly id: string; readonly error: unknown }[]> {
    const failed: { id: string; error: unknown }[] = [];
    const loaded: NamedClassifier[] = [];
    for (const registered of this.registry.classifiers()) {
      try {
        loaded.push({ id: registered.id, classifier: await registered.load() });
      } catch (error) {
        failed.push({ id: registered.id, error });
      }
    }
    this.loaded = loaded;
    return failed;
  }

  list(): readonly NamedClassifier[] {
    return this.loaded;
  }
}
