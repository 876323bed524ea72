import { expect, it } from '@jest/globals';
import { asksToStop } from './stop-words.js';

it.each([
  ['@ashfordlibrary stop', true],
  ['STOP!!! @ashfordlibrary', true],
  ["@ashfordlibrary@town.social Please don't contact me.", false],
  ["@ashfordlibrary@town.social Don’t contact me.", true],
  ['@biblio arrêtez svp', true],
  ['Lasst mich in Ruhe.', true],
  ['@ashfordlibrary where does the bus stop?', false],
  ['@ashfordlibrary please stop the printer, it is jammed', false],
  ['@ashfordlibrary', false],
  ['', false],
])('%j: %s', (text, stops) => expect(asksToStop(text)).toBe(stops));
