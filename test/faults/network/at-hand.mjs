/**
 * Before Earshot, in each process of the suite: gives it the suite's own plugin under the name of a package, and a clock that the suite may set.
 * SIGUSR2 reads how far it goes ahead, in milliseconds, from the file of FAULTS_CLOCK. Timers go on as they do where somebody sets a machine's clock.
 * With FAULTS_SLEEPER=1 it reads that whenever it looks at the clock: whoever is stopped wakes up with it, before any signal is heard.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const plugin = new URL('./plugin.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'earshot-plugin-faults' ? { url: plugin, format: 'module-typescript', shortCircuit: true } : next(specifier, context)),
});

const file = process.env.FAULTS_CLOCK;
if (file !== undefined && isMainThread) {
  const real = Date;
  let ahead = 0;
  const read = () => Number(readFileSync(file, 'utf8'));
  const sleeps = process.env.FAULTS_SLEEPER === '1';
  const now = () => real.now() + (sleeps && existsSync(file) ? read() : ahead);
  globalThis.Date = new Proxy(real, {
    construct: (date, given) => (given.length === 0 ? new date(now()) : new date(...given)),
    apply: () => new real(now()).toString(),
    get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
  });
  process.on('SIGUSR2', () => {
    ahead = read();
  });
}
