/** Imported before Earshot: gives the bench's plugin the name of a package, by which earshot.config.json can ask for it. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'earshot-bench-plugin' ? { url: new URL('./bench-plugin.ts', import.meta.url).href, shortCircuit: true } : next(specifier, context)),
});
