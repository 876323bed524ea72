import { expect, it } from '@jest/globals';
import { handleOf } from './setup-link.js';

it.each([
  ['Bücherei St. Peter', 'bucherei-st-peter'],
  ['  Ashford  Public Library ', 'ashford-public-library'],
  ['図書館', 'library'],
  ['---', 'library'],
  ['A'.repeat(200), 'a'.repeat(60)],
  [`${'a'.repeat(59)} b`, 'a'.repeat(59)],
])('the handle of %j is %j', (name, handle) => expect(handleOf(name)).toBe(handle));
