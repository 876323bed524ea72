import { describe, expect, it } from '@jest/globals';
import { isUnclear } from './unclear.js';

describe('a need is unclear', () => {
  it.each([
    ['where nothing was found', '', undefined],
    ['in one word', 'basement?', undefined],
    ['in two', 'wine cellar', 0.9],
    ['where it is likelier that there is none', 'build a wine cellar in a basement', 0.49],
    ['in a few letters of a script without spaces', 'ワイン', undefined],
  ])('%s', (_, restated, score) => expect(isUnclear(restated, score)).toBe(true));

  it.each([
    ['that is sure enough', 'build a wine cellar', 0.5],
    ['that staff said', 'permits for cellars', undefined],
    ['of a script without spaces', '地下室にワインセラー', undefined],
  ])('but not one %s', (_, restated, score) => expect(isUnclear(restated, score)).toBe(false));
});
