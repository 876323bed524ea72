/** The version of this package. A spec holds it equal to package.json. */
export const sdkVersion = '0.1.0';

type Numbers = readonly [major: number, minor: number, patch: number];

const form = /^([\^~]?)(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

const numbersIn = (match: RegExpExecArray): Numbers => [Number(match[2]), Number(match[3] ?? 0), Number(match[4] ?? 0)];

const compare = (a: Numbers, b: Numbers): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** The first version that a range no longer takes. */
const ceiling = (sign: string, given: number, [major, minor, patch]: Numbers): Numbers => {
  if (given === 1) return [major + 1, 0, 0];
  if (sign === '^' && major > 0) return [major + 1, 0, 0];
  if (sign === '^' && minor === 0 && given === 3) return [0, 0, patch + 1];
  if (sign === '' && given === 3) return [major, minor, patch + 1];
  return [major, minor + 1, 0];
};

/**
 * Whether a plugin written for `range` runs with this SDK.
 *
 * A range is one version, exact or behind `^` or `~`, read as npm reads it: below 1.0 `^0.1.2` takes 0.1.x from 0.1.2 on, and never
 * 0.2. Parts may be left out: `0.1` is any 0.1.x. Unlike npm, a pre-release counts as the version that it leads to, so that plugins
 * can be tried with a development build. Anything else (several versions, `>=`, `*`) is compatible with nothing: a plugin should say
 * what it was tried with.
 *
 * @example
 * ```ts
 * isCompatible('^0.1.0', '0.1.7'); // true
 * isCompatible('^0.1.0', '0.2.0'); // false
 * ```
 */
export const isCompatible = (range: string, version: string = sdkVersion): boolean => {
  const wanted = form.exec(range.trim());
  const found = form.exec(version);
  if (!wanted || !found || found[1] !== '') return false;
  const floor = numbersIn(wanted);
  const given = 1 + Number(wanted[3] !== undefined) + Number(wanted[4] !== undefined);
  const actual = numbersIn(found);
  return compare(actual, floor) >= 0 && compare(actual, ceiling(wanted[1] ?? '', given, floor)) < 0;
};
