import { expect, it } from '@jest/globals';
import { whyNoPush } from './why-no-push.js';

it.each(['https://earshot.library.example', 'http://localhost:3420', 'http://127.0.0.1:3420', 'http://[::1]:3420'])('browsers subscribe at %s', (url) => {
  expect(whyNoPush(url)).toBeUndefined();
});
it.each(['http://earshot.library.example', 'http://192.168.1.7:3420', 'http://localhost.example'])('browsers do not subscribe at %s', (url) => {
  expect(whyNoPush(url)).toBe(`Browsers can be told of nothing here: they want an address that begins with https://, and this one is ${url}. Whoever runs this installation sets EARSHOT_PUBLIC_URL.`);
});
it('browsers do not subscribe where nobody knows the address', () => {
  expect(whyNoPush(undefined)).toBe('Browsers can be told of nothing here: they want an address that begins with https://. Whoever runs this installation sets EARSHOT_PUBLIC_URL.');
});
