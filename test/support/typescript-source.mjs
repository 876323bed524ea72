/**
 * Lets plain Node load the project's TypeScript sources, with jest's own transform and the condition `@earshot/source`, in the one place
 * where jest does not do it: its global set-up and teardown run outside of jest's module system. Import this first, then `await import()`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import jest from '../../jest.config.js';

const [, options] = jest.projects[0].transform['^.+\\.ts$'];

const asSource = (url) => (url.startsWith('file:') && !url.includes('/node_modules/') && url.endsWith('.js') ? url.replace(/\.js$/, '.ts') : url);

registerHooks({
  resolve(specifier, context, next) {
    const conditions = ['@earshot/source', ...context.conditions];
    // 'file:': the first module of a worker thread.
    if ((specifier.startsWith('.') && context.parentURL !== undefined) || specifier.startsWith('file:')) {
      const source = asSource(new URL(specifier, context.parentURL).href);
      if (source.endsWith('.ts') && existsSync(fileURLToPath(source))) return { url: source, format: 'module', shortCircuit: true };
    }
    return next(specifier, { ...context, conditions });
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename, swcrc: false });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
