import { expect, it } from '@jest/globals';
import { scene } from './in-town.fixture.js';
import { lookUp } from './look-up.js';

it('finds a post by its id and by its address, and tells of none that it is gone', async () => {
  const asked = ['two-am.2', 'https://ashford.example/posts/two-am.2', 'https://ashford.example/posts/none'];
  const [batch] = await Array.fromAsync(lookUp({ posts: asked.map((id) => ({ network: 'practice', id })) }, scene({ passed: 'P7D' }).ctx));
  expect(batch?.events.map((event) => (event.kind === 'post' ? event.post.ref.id : event.kind))).toEqual(['two-am.2', 'two-am.2', 'post-gone']);
});
