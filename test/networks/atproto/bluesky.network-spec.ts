import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { MailBox } from '../../support/mail-box.js';
import { Office, type SeenConversation } from '../journey/office.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson, AtprotoRef } from './atproto-person.js';

/** Earshot with its plugin for Bluesky, on Bluesky's own servers. */
let yard: Yard;
let network: AtprotoNetwork;
let library: AtprotoPerson;
let baker: AtprotoPerson;
let cleo: AtprotoPerson;
let office: Office;
let mails: MailBox;
let account: string;
let opening: AtprotoRef;
let question: AtprotoRef;

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  [library, baker, cleo] = [await network.addPerson('ashford-library'), await network.addPerson('baker'), await network.addPerson('cleo')];
  const { pds, plc } = network.addresses;
  mails = await MailBox.open();
  office = await Office.open({ yard, reaches: [pds, plc].map((address) => new URL(address).host), mails });
}, 180_000);
afterAll(async () => {
  await office?.close();
  await mails?.down();
  await yard.close();
});

/** The conversation in which this is said, once it was heard. */
const heard = (text: string): Promise<SeenConversation> =>
  eventually(`hearing "${text}"`, async () => {
    await office.hurry();
    return office.conversationWith(text);
  });
const texts = ({ posts }: SeenConversation): readonly (string | null)[] => posts.map(({ text }) => text);

describe('Bluesky', () => {
  it('lets the library in by an app password, and says who it is there', async () => {
    const { pds, plc } = network.addresses;
    const connected = await office.connect('bluesky', library.handle, { settings: { service: pds, directory: plc }, secrets: { appPassword: await library.appPassword() } });
    expect(connected.us?.handle).toContain('ashford-library.test');
    account = connected.account.id;
  });
  it('is heard where a profile is followed by its handle', async () => {
    opening = await baker.post('The bakery opens at seven.');
    await network.indexed();
    await office.follow(account, '@baker.test');
    expect(texts(await heard('opens at seven'))).toEqual(['The bakery opens at seven.']);
  });
  it('brings the question of somebody whom nobody follows, by a look at the thread', async () => {
    question = await cleo.reply(opening, opening, 'And on Sundays? Where can I borrow a book about bread for my reading group?');
    await network.indexed();
    const { id } = await heard('opens at seven');
    expect(await office.stored('And on Sundays?')).toBe(0);
    await office.lookAgain(id);
    expect(texts(await office.conversation(id))).toEqual(expect.arrayContaining(['The bakery opens at seven.', 'And on Sundays? Where can I borrow a book about bread for my reading group?']));
  });
  it('gets the answer that Dana approved, once, though Earshot was killed as she pressed Send', async () => {
    const conversation = await heard('And on Sundays?');
    const reply = await office.answer(conversation, 'And on Sundays?', account, 'Until noon. And we have a room for your group: ask @baker.test for the rolls.');
    await office.kill();
    await baker.post('Rye bread is back.');
    await network.indexed();
    await office.start();
    await office.sent(conversation.id, reply);
    await network.indexed();
    const under = (await baker.thread(opening.uri)).replies?.find(({ post }) => post.uri === question.uri)?.replies ?? [];
    expect(under.map(({ post }) => [post.author.handle, post.record.text])).toEqual([['ashford-library.test', 'Until noon. And we have a room for your group: ask @baker.test for the rolls.']]);
  });
  it('gets an answer by two people, who are told by mail when its author answers, and write down what came of it', async () => {
    const root = await baker.post('We look for old photographs of the harbour.');
    await network.indexed();
    await office.reopen();
    const conversation = await heard('old photographs');
    const reply = await office.answerByTwo(conversation, 'old photographs', account, 'We keep four hundred of them.', () => mails.told('has to approve'));
    await office.sent(conversation.id, reply);
    await network.indexed();
    const [ours] = (await baker.thread(root.uri)).replies ?? [];
    await baker.reply(root, ours?.post ?? root, 'Four hundred! I come on Monday.');
    await baker.like(ours?.post ?? root);
    await network.indexed();
    await eventually('the answer of the author', async () => {
      await office.lookAgain(conversation.id);
      return (await office.stored('I come on Monday')) === 1 ? true : undefined;
    });
    // Of what the same look brought nobody has counted yet.
    await eventually('the like being counted', async () => {
      await office.lookAgain(conversation.id);
      return (await office.reactions(conversation.id)).some(({ answers, likes, boosts }) => answers === 1 && likes === 1 && boosts === 0) || undefined;
    }, 60_000);
    const told = await mails.told('has written again');
    expect(told.raw).not.toContain('Monday');
    expect(told.raw).not.toContain('baker');
    const whole = await office.conversation(conversation.id);
    for (const what of ['like', 'boost', 'follow'] as const) expect(await office.smallAnswer(what, whole, 'old photographs', account)).toBeUndefined();
    await network.indexed();
    expect((await baker.thread(root.uri)).post).toMatchObject({ likeCount: 1, repostCount: 1 });
    expect(await library.records('app.bsky.graph.follow')).toMatchObject([{ subject: baker.did }]);
    expect(await office.end(conversation.id)).toBe('closed');
  });
  it('lets no answer be edited, and every answer be taken back', async () => {
    const root = await baker.post('Does anybody lend out a ladder?');
    await network.indexed();
    await office.reopen();
    const conversation = await heard('lend out a ladder');
    await office.answersAnybody();
    const reply = await office.answer(conversation, 'lend out a ladder', account, 'We lend out ladders, and this is wrong.');
    await office.sent(conversation.id, reply);
    await network.indexed();
    expect((await baker.thread(root.uri)).replies).toHaveLength(1);
    expect(await office.afterwards(reply, { text: 'We lend out ladders.' })).toContain('cannot be edited');
    expect(await office.afterwards(reply, 'removed')).toBe('withdrawn');
    await network.indexed();
    expect((await baker.thread(root.uri)).replies).toEqual([]);
  });
  it('is told something in two parts that answers nobody, and what is said under them comes back as one conversation', async () => {
    const id = await office.tellTheTown(account, 'Which book made you laugh? Tell us until Friday.', 'We read from all of them at the mill.');
    await network.indexed();
    const uri = (await library.posts()).find(({ text }) => text.includes('made you laugh'))?.uri ?? '';
    const { post, replies = [] } = await baker.thread(uri);
    expect(replies.map((reply) => [reply.post.author.handle, reply.post.record.text])).toEqual([['ashford-library.test', 'We read from all of them at the mill.']]);
    await baker.reply(post, replies[0]?.post ?? post, 'The one about the goat.');
    await network.indexed();
    const { posts } = await eventually('the answer under it', async () => {
      await office.lookAgain(id);
      const seen = await office.conversation(id);
      return seen.posts.some(({ text }) => text?.includes('the goat')) ? seen : undefined;
    }, 60_000);
    expect(posts.map(({ text }) => text)).toEqual(['Which book made you laugh? Tell us until Friday.', 'We read from all of them at the mill.', 'The one about the goat.']);
    expect(posts.map(({ parentId }) => parentId)).toEqual([null, posts[0]?.id, posts[1]?.id]);
    expect(await office.search('goat')).toEqual([id]);
  });
  it('is heard on after that, and nothing twice', async () => {
    await heard('Rye bread');
    const { id } = await heard('And on Sundays?');
    await office.lookAgain(id);
    expect(await office.storedEach('opens at seven', 'And on Sundays?', 'Rye bread')).toEqual([1, 1, 1]);
  });
  it('brings a question by itself where its post is ten minutes old: then a thread is looked at for the first time', async () => {
    const post = await baker.put('app.bsky.feed.post', '3k4duaz5vfs2b', { text: 'The mill is open to visitors.', createdAt: new Date(Date.now() - 601_000).toISOString() });
    await cleo.reply(post, post, 'Does anybody know how to get there by bus?');
    await network.indexed();
    await office.reopen();
    const { id } = await heard('open to visitors');
    await eventually('the look', async () => ((await office.stored('by bus')) === 1 ? true : undefined));
    expect(await office.search('bus')).toEqual([id]);
  });
  it('is one thread, whatever order it comes in, and each post of it once', async () => {
    const [fair, dan] = [await network.addPerson('fair'), await network.addPerson('dan')];
    const root = await fair.post('The fair is on Friday.');
    const first = await cleo.reply(root, root, 'Is there parking?');
    await dan.reply(root, first, 'Behind the school.');
    await network.indexed();
    await office.follow(account, '@dan.test');
    await heard('Behind the school');
    await office.follow(account, '@cleo.test');
    await heard('Is there parking?');
    await office.follow(account, '@fair.test');
    const { posts } = await heard('The fair is on Friday');
    expect(posts.map(({ text }) => text)).toEqual(['The fair is on Friday.', 'Is there parking?', 'Behind the school.']);
    expect(posts.map(({ parentId }) => parentId)).toEqual([null, posts[0]?.id, posts[1]?.id]);
    expect(await office.storedEach('The fair is on Friday', 'Is there parking?', 'Behind the school')).toEqual([1, 1, 1]);
  });
  it('takes back what its author deletes: from the conversation, from search, and what was found in it', async () => {
    const { id, posts } = await heard('opens at seven');
    expect(posts.find(({ text }) => text?.startsWith('And on Sundays?'))?.findings).not.toEqual([]);
    expect(await office.search('reading group')).toEqual([id]);
    await cleo.delete(question);
    await network.indexed();
    await eventually('the question being gone', async () => {
      await office.lookAgain(id);
      return (await office.stored('And on Sundays?')) === 0 ? true : undefined;
    });
    expect(await office.search('reading group')).toEqual([]);
    expect((await office.conversation(id)).posts.filter(({ goneAt }) => goneAt !== null)).toMatchObject([{ text: null, findings: [] }]);
  });
});
