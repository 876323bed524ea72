import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { MailBox } from '../../support/mail-box.js';
import { Office, type SeenConversation } from '../journey/office.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson, SnacStatus } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** Earshot with its plugin for servers of the Mastodon API, on two of the strangest of them that federate. */
let yard: Yard;
let [harbour, hill]: [SnacServer, SnacServer] = [] as never;
let [library, baker, dan]: [SnacPerson, SnacPerson, SnacPerson] = [] as never;
let [branch, cleo]: [SnacPerson, SnacPerson] = [] as never;
let office: Office;
let mails: MailBox;
let [account, onHill]: [string, string] = [] as never;
let [opening, question]: [SnacStatus, SnacStatus] = [] as never;

beforeAll(async () => {
  yard = await Yard.open();
  const program = await fetchSnac(yard);
  [harbour, hill] = [await SnacServer.start(yard, program, 'harbour'), await SnacServer.start(yard, program, 'hill')];
  [library, baker, dan] = [await harbour.addPerson('library'), await harbour.addPerson('baker'), await harbour.addPerson('dan')];
  [branch, cleo] = [await hill.addPerson('branch'), await hill.addPerson('cleo')];
  // What is said to somebody whom nobody of a server follows, snac shows to nobody else there.
  await Promise.all([library, branch, cleo].map((person) => person.follow(baker)));
  mails = await MailBox.open();
  office = await Office.open({ yard, reaches: [harbour.host, hill.host], mails });
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
/** The post of somebody else's, as it came to their server. */
const arrived = (there: SnacPerson, { uri }: SnacStatus): Promise<SnacStatus> => eventually(`${uri} arriving`, () => there.sees(uri));
const signIn = () => office.connect('mastodon', harbour.url, { sayYes: (page) => library.sayYes(page) });

describe('a server of the Mastodon API', () => {
  it('lets the library in on its own page, and says who it is there', async () => {
    const connected = await signIn();
    account = connected.account.id;
    expect(`@${connected.us?.handle}`).toBe(library.handle);
  });
  it('is heard where a profile is followed by its handle', async () => {
    opening = await baker.post('The bakery opens at seven.');
    await office.follow(account, baker.handle);
    expect(texts(await heard('opens at seven'))).toEqual(['The bakery opens at seven.']);
  });
  it('shows an edit', async () => {
    await baker.edit(opening, 'The bakery opens at eight.');
    const { id } = await heard('bakery opens at');
    await eventually('the edit', async () => {
      await office.lookAgain(id);
      return (await office.stored('opens at eight')) === 1 ? true : undefined;
    });
    expect(await office.stored('opens at seven')).toBe(0);
  });
  it('brings the question of somebody elsewhere whom nobody follows into the inbox, by a look within ten minutes', async () => {
    const { id } = await heard('opens at eight');
    // A look that came upon a connection that snac closes after it kept it open counts as one at a server that is away, which waits for fifteen.
    await eventually('a look being planned within ten minutes', async () => {
      if (((await office.nextLook(id))?.getTime() ?? Number.POSITIVE_INFINITY) <= Date.now() + 600_000) return true;
      await office.lookAgain(id);
      return undefined;
    });
    question = await cleo.reply(await arrived(cleo, opening), `${baker.handle} And on Sundays? Where can I borrow a book about bread?`);
    await eventually('the question being in the inbox', async () => {
      await office.lookAgain(id);
      return (await office.search('Sundays')).length > 0 ? true : undefined;
    });
    expect(await office.search('Sundays')).toEqual([id]);
    const { posts } = await office.conversation(id);
    expect(posts.map(({ parentId }) => parentId)).toEqual([null, posts[0]?.id]);
    expect(posts[1]?.findings.map(({ label }) => label)).toContain('need.explicit');
  });
  it('gets the answer that Dana approved, to where the question came from', async () => {
    const conversation = await heard('And on Sundays?');
    const reply = await office.answer(conversation, 'And on Sundays?', account, 'Here, at the library.');
    await office.sent(conversation.id, reply);
    const [posted] = (await library.home()).filter(({ content }) => content.includes('Here, at the library.'));
    const seen = await eventually('the answer on the other server', () => cleo.wasToldOf(posted?.uri ?? ''));
    expect(seen.account.acct).toBe(library.handle.slice(1));
    expect((await library.home()).filter(({ content }) => content.includes('Here, at the library.'))).toHaveLength(1);
  });
  it('gets an answer by two people, who are told by mail when its author answers, and write down what came of it', async () => {
    await baker.post('We look for old photographs of the harbour.');
    const conversation = await heard('old photographs');
    const reply = await office.answerByTwo(conversation, 'old photographs', account, 'We keep four hundred of them.', () => mails.told('has to approve'));
    await office.sent(conversation.id, reply);
    const posted = await eventually('the answer at the baker’s', async () => (await library.home()).find(({ content }) => content.includes('four hundred')));
    const told = await eventually('the baker being told of it', () => baker.wasToldOf(posted.uri));
    await baker.like(told);
    await baker.reply(told, `${library.handle} Four hundred! I come on Monday.`);
    await eventually('the answer of the author', async () => {
      await office.hurry();
      await office.lookAgain(conversation.id);
      return (await office.stored('I come on Monday')) === 1 ? true : undefined;
    });
    await eventually('the like being counted', async () => {
      await office.lookAgain(conversation.id);
      return (await office.reactions(conversation.id)).some(({ answers, likes }) => answers === 1 && likes === 1) || undefined;
    });
    const mail = await mails.told('has written again');
    expect(mail.raw).not.toContain('Monday');
    expect(mail.raw).not.toContain('baker');
    const whole = await office.conversation(conversation.id);
    for (const what of ['like', 'boost'] as const) expect(await office.smallAnswer(what, whole, 'old photographs', account)).toBeUndefined();
    for (const kind of ['favourite', 'reblog']) await eventually(`the baker being told of a ${kind}`, async () => (await baker.noticesOf(library)).includes(kind) || undefined);
    // Nobody allowed that as the account was connected.
    expect(await office.smallAnswer('follow', whole, 'old photographs', account)).toMatch(/follow/);
    expect(await office.end(conversation.id)).toBe('closed');
  });
  it('lets an answer be taken back on its own page alone, and says so', async () => {
    await baker.post('Does anybody lend out a ladder?');
    const conversation = await heard('lend out a ladder');
    await office.answersAnybody();
    const reply = await office.answer(conversation, 'lend out a ladder', account, 'We lend out ladders, and this is wrong.');
    await office.sent(conversation.id, reply);
    expect(await office.afterwards(reply, 'removed')).toContain('on its own page');
    expect((await office.conversation(conversation.id)).replies).toMatchObject([{ id: reply, state: 'sent' }]);
  });
  it('is told something in two parts that answers nobody, and what is said under them comes back as one conversation', async () => {
    const id = await office.tellTheTown(account, 'Which book made you laugh? Tell us until Friday.', 'We read from all of them at the mill.');
    const first = (await library.own()).find(({ content }) => content.includes('made you laugh'));
    const [second] = await library.answersTo(first ?? (undefined as never));
    expect(second?.content).toContain('at the mill');
    await baker.reply(second ?? (undefined as never), `${library.handle} The one about the goat.`);
    // snac shows of a thread what answers its post, and nothing below that; whoever is named is told.
    const { posts } = await eventually('the answer under it', async () => {
      await office.hurry();
      await office.lookAgain(id);
      const seen = await office.conversation(id);
      return seen.posts.some(({ text }) => text?.includes('the goat')) ? seen : undefined;
    });
    expect(posts.map(({ parentId }) => parentId)).toEqual([null, posts[0]?.id, posts[1]?.id]);
    expect(posts[2]?.text).toContain('the goat');
    expect(await office.search('goat')).toEqual([id]);
  });
  it('is one thread, whatever order it comes in and from whichever server, and each post of it once', async () => {
    const connected = await office.connect('mastodon', hill.url, { sayYes: (page) => branch.sayYes(page) });
    onHill = connected.account.id;
    const root = await baker.post('The fair is on Friday.');
    const [there] = await Promise.all([arrived(cleo, root), dan.follow(cleo)]);
    const first = await cleo.reply(there, `${baker.handle} Is there parking?`);
    await dan.reply(await arrived(dan, first), `${cleo.handle} Behind the school.`);
    // Answers first, from the library's server and from the other; the post that began it last.
    await office.follow(account, dan.handle);
    expect(texts(await heard('Behind the school'))).toEqual([null, expect.stringContaining('Behind the school.')]);
    await office.follow(onHill, cleo.handle);
    await eventually('the answer above it', async () => ((await office.stored('Is there parking?')) === 1 ? true : undefined));
    await office.follow(onHill, baker.handle);
    const { posts } = await heard('The fair is on Friday');
    await eventually('both servers having told of it', async () => {
      await office.hurry();
      return (await office.toldBy('The fair is on Friday')).length === 2 ? true : undefined;
    });
    expect(posts.map(({ text }) => text?.replace(/^(@\S+ )*/, ''))).toEqual(['The fair is on Friday.', 'Is there parking?', 'Behind the school.']);
    expect(posts.map(({ parentId }) => parentId)).toEqual([null, posts[0]?.id, posts[1]?.id]);
    expect(await office.storedEach('The fair is on Friday', 'Is there parking?', 'Behind the school')).toEqual([1, 1, 1]);
  });
  it('takes back what its author deletes: from the conversation, from search, and what was found in it', async () => {
    const { id } = await heard('And on Sundays?');
    await cleo.delete(question);
    await eventually('the question being gone', async () => {
      await office.lookAgain(id);
      return (await office.stored('And on Sundays?')) === 0 ? true : undefined;
    });
    expect(await office.search('Sundays')).toEqual([]);
    const { posts } = await office.conversation(id);
    expect(posts.filter(({ goneAt }) => goneAt !== null)).toMatchObject([{ text: null, findings: [] }]);
  });
});
