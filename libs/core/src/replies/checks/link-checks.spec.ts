import { describe, expect, it } from '@jest/globals';
import { LinksAtHand } from '../../../../../test/support/reply-checks.js';
import { linkChecks, linksIn } from './link-checks.js';

describe('the links of a reply', () => {
  it.each([
    ['See https://library.example/hours.', ['https://library.example/hours']],
    ['(https://library.example/a_(b)) and http://x.example/?q=1,2!', ['https://library.example/a_(b)', 'http://x.example/?q=1,2']],
    ['https://a.example “https://b.example/c”', ['https://a.example', 'https://b.example/c']],
    ['HTTPS://A.example and HTTPS://A.example', ['HTTPS://A.example']],
    ['library.example, mailto:desk@library.example, xhttps://a.example', []],
    ['https://münchen.example/öffnung', ['https://münchen.example/öffnung']],
  ])('are found in %j', (text, links) => expect(linksIn(text)).toEqual(links));

  it('are asked for, each once, and five at most', async () => {
    const links = new LinksAtHand();
    links.leads.set('https://gone.example/', { kind: 'missing' }).set('http://10.0.0.7/', { kind: 'private' }).set('https://slow.example/', { kind: 'silent', words: 'slow.example did not answer in time.' });
    const checks = await linkChecks('https://ok.example https://ok.example https://gone.example http://10.0.0.7 https://slow.example https://[ https://six.example https://seven.example', links);
    expect(checks.map(({ code, blocks, message }) => [code, blocks, message])).toEqual([
      ['LINK_LEADS_NOWHERE', true, 'There is no such page: https://gone.example'],
      ['LINK_LEADS_NOWHERE', true, 'Nobody outside the library reaches this: http://10.0.0.7'],
      ['LINK_SILENT', false, 'Open this link before you send it: slow.example did not answer in time. https://slow.example'],
      ['LINK_LEADS_NOWHERE', true, 'This is no address: https://['],
    ]);
    expect(links.asked).toEqual(['https://ok.example/', 'https://gone.example/', 'http://10.0.0.7/', 'https://slow.example/']);
  });
});
