import { describeAdvisorContract, fakeCtx } from '@earshot/plugin-testing';
import { advisor } from './with-advisor.js';

describeAdvisorContract('with-advisor', {
  advisor,
  ctx: () => fakeCtx({ settings: { shelf: 'main', books: [{ title: 'Wine cellars', isbn: '9781402721892' }] }, secrets: {} }),
  needs: [{ restated: 'wine cellars' }],
  offline: true,
});
