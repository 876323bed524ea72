/**
 * `npm run check:licences`: every package that is installed may be used under Apache-2.0's conditions.
 * A package outside of the list needs an exception here, with its reason.
 */
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { init } from 'license-checker-rseidelsohn';

const permissive = new Set(['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD', 'Python-2.0', 'CC0-1.0', 'Unlicense', 'PostgreSQL']);

/** What npm brings for one machine is one of these. */
const libvips = 'LGPL-3.0-or-later: a shared library in a package of its own, unmodified, which sharp (Apache-2.0) loads; whoever has Earshot may put another in its place, and its sources are at github.com/libvips and github.com/lovell/sharp-libvips';
/** Name of the package → why it may be used all the same. */
const exceptions = new Map([
  ['@img/sharp-libvips-linux-x64', libvips],
  ['@img/sharp-libvips-linux-arm64', libvips],
  ['@img/sharp-libvips-linuxmusl-x64', libvips],
  ['@img/sharp-libvips-linuxmusl-arm64', libvips],
  ['caniuse-lite', 'CC-BY-4.0 data about browsers, which only the test runner reads; not shipped'],
  ['spdx-exceptions', 'CC-BY-3.0 list of licences, which only the check of licences reads; not shipped'],
  ['spdx-ranges', 'CC-BY-3.0 list of licences, which only the check of licences reads; not shipped'],
]);

const allows = (expression) => {
  const text = expression.replaceAll(/[()*]/g, '').trim();
  if (text.includes(' OR ')) return text.split(' OR ').some(allows);
  if (text.includes(' AND ')) return text.split(' AND ').every(allows);
  return permissive.has(text);
};

const packages = await promisify(init)({ start: fileURLToPath(new URL('..', import.meta.url)), excludePrivatePackages: true });
const refused = Object.entries(packages).filter(([name, { licenses }]) => {
  const expressions = [licenses ?? 'UNKNOWN'].flat();
  return !expressions.every(allows) && !exceptions.has(name.replace(/@[^@]+$/, ''));
});

for (const [name, { licenses }] of refused) console.error(`${name}: ${[licenses].flat().join(', ')}`);
console.log(`${Object.keys(packages).length} packages, ${refused.length} with a licence that is not on the list`);
if (refused.length > 0) process.exitCode = 1;
