import { performance } from 'node:perf_hooks';
import { type FollowRule, holds, Matcher, Said, type SearchRule } from '@earshot/core/follows/matcher';
import { readSearch, type SearchQuery } from '@earshot/core/follows/search-syntax';
import { collapse, type HearingRules, Places, screen } from '@earshot/core/listening';
import { DoNotList } from '@earshot/core/privacy';
import type { PostHeard, SourceEvent } from '@earshot/plugin-sdk';
import { generateSearches, vocabularyOf } from '../support/generate-searches.ts';
import type { Figure } from './figure.ts';
import { seeded } from '../support/seeded.ts';
import { median } from './scene.ts';
import { benchTexts } from './texts.ts';

/** `screening.ts once|ten-times`: runs in a process of its own, so that what memory it takes is its own; prints its figures as JSON. */
const runs = 5;
const eventCount = 40_000;
const batchSize = 500;
/** Of what is said, so that an event has about 600 bytes of JSON. */
const passageLength = 190;
/** One in so many events is for somebody. */
const oneIn = 200;
/** Events for which each search is evaluated by itself. */
const compared = 100;

interface Rules {
  readonly matcher: Matcher;
  /** Kept where each search is to be evaluated by itself as well. */
  readonly queries: ReadonlyMap<string, SearchQuery>;
  readonly compileMs: number;
}

const library = (n: number): string => `library-${n % 40}`;
const targets = [{ kind: 'timeline', key: 'everything', label: 'Everything' }] as const;
const rule = (n: number, kind: FollowRule['kind'], key: string): FollowRule => ({ id: `${kind}-${n}`, libraryId: library(n), listId: `list-${n % 400}`, accountId: 'bench', kind, network: 'bench', key });

/** A timeline of everything is narrowed by one search, and so each event is taken through all of them. */
const rulesOf = (texts: readonly string[], profiles: number, tags: number, keep = false): Rules => {
  const matcher = new Matcher();
  for (let n = 0; n < profiles; n++) matcher.add(rule(n, 'profile', `followed-${n}`));
  for (let n = 0; n < tags; n++) matcher.add(rule(n, 'hashtag', `tag${n}`));
  const queries = new Map<string, SearchQuery>();
  const started = performance.now();
  texts.forEach((text, n) => {
    const { query } = readSearch(text);
    if (query === undefined) throw new Error(`no search: ${text}`);
    if (keep) queries.set(`search-${n}`, query);
    matcher.addSearch(searchRule(n), query);
  });
  const compileMs = performance.now() - started;
  matcher.add(rule(0, 'timeline', 'everything'));
  matcher.narrow(new Map([['timeline-0', ['search-0']]]));
  return { matcher, queries, compileMs };
};
const searchRule = (n: number): SearchRule => ({ id: `search-${n}`, libraryId: library(n), name: `Search ${n}`, raises: true });

/** Passages that no search finds, and some that one does. What matches is by a followed profile, found by a search or not, or has a followed hashtag: a third each. */
const eventsOf = (matcher: Matcher, texts: readonly string[]): string[] => {
  const random = seeded(2);
  const [chatter, found]: [string[], string[]] = [[], []];
  for (let tries = 0; chatter.length < 4_000 && tries < 100_000; tries++) {
    const text = texts[Math.floor(random() * texts.length)] as string;
    const at = Math.floor(random() * Math.max(1, text.length - passageLength));
    const passage = text.slice(at, at + passageLength);
    (matcher.searches(new Said(passage, [], 'en')).length === 0 ? chatter : found).push(passage);
  }
  return Array.from({ length: eventCount }, (_, n) => {
    const how = n % oneIn === 0 ? (n / oneIn) % 3 : undefined;
    const text = (how === 0 ? found[n % found.length] : chatter[n % chatter.length]) ?? '';
    const by = how === 0 || how === 1 ? `followed-${n % 1_000}` : `stranger-${Math.floor(random() * 100_000)}`;
    const event: PostHeard = {
      kind: 'post',
      post: {
        ref: { network: 'bench', id: `post-${n}` }, version: '2026-11-01T12:00:00Z', url: `https://bench.example/@${by}/${n}`, postedAt: '2026-11-01T12:00:00Z' as unknown as Date, author: { network: 'bench', id: by }, text,
        lang: 'en', audience: 'public', mentions: [], tags: how === 2 ? [`Tag${n % 1_000}`] : n % 10 === 0 ? ['somewhere'] : [], media: [], refusals: [],
      },
      author: { ref: { network: 'bench', id: by }, handle: `@${by}`, refusals: [] },
    };
    return JSON.stringify(event);
  });
};

/** Of each event its JSON is read, and it is screened with its batch: what a process does before it asks the database. */
const screenAll = (matcher: Matcher, lines: readonly string[]): { readonly perSecond: number; readonly cpuPerSecond: number; readonly found: number } => {
  const rules: HearingRules = { matcher, places: new Places([]), areas: new Map(), tree: { lines: new Map() }, identities: new Map(), notHeard: new DoNotList([], 'hear'), anybodyErased: false };
  let found = 0;
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  for (let at = 0; at < lines.length; at += batchSize) {
    const events = lines.slice(at, at + batchSize).map((line) => {
      const event = JSON.parse(line) as PostHeard;
      return { ...event, post: { ...event.post, postedAt: new Date(event.post.postedAt) } } satisfies SourceEvent;
    });
    const screened = screen({ events: collapse(events), rules, known: new Map(), profiles: new Map(), suppressed: () => false, accountId: 'bench', targets });
    found += screened.kept.length;
  }
  const [ms, { user, system }] = [performance.now() - started, process.cpuUsage(cpu)];
  return { perSecond: (lines.length / ms) * 1_000, cpuPerSecond: (lines.length / (user + system)) * 1_000_000, found };
};

/** Each search by itself; what it finds must be what the matcher finds. */
const oneByOne = ({ matcher, queries }: Rules, lines: readonly string[]): { readonly perSecond: number; readonly pairs: number } => {
  const posts = lines.filter((_, n) => n % Math.floor(lines.length / compared) === 0).map((line) => (JSON.parse(line) as PostHeard).post);
  const started = performance.now();
  const expected = posts.map(({ text, tags, lang }) => {
    const said = new Said(text, tags, lang);
    return [...queries].flatMap(([id, query]) => (holds(query, said) ? [id] : []));
  });
  const perSecond = (posts.length / (performance.now() - started)) * 1_000;
  posts.forEach(({ text, tags, lang }, n) => {
    const found = matcher.searches(new Said(text, tags, lang)).map(({ id }) => id);
    if (JSON.stringify(found.sort()) !== JSON.stringify(expected[n]?.sort())) throw new Error(`post ${n}: the matcher and each search by itself disagree`);
  });
  return { perSecond, pairs: posts.length * queries.size };
};

/** Searches are added and removed while posts are matched: the longest that one of these took, and the longest that a post had to wait. */
const changeOne = (matcher: Matcher, texts: readonly string[], lines: readonly string[]): { readonly add: number; readonly match: number } => {
  const said = lines.slice(0, 1_000).map((line) => (JSON.parse(line) as PostHeard).post.text);
  let [add, match] = [0, 0];
  const took = (work: () => void): number => {
    const started = performance.now();
    work();
    return performance.now() - started;
  };
  said.forEach((text, n) => {
    const { query } = readSearch(texts[n % texts.length] as string);
    if (query === undefined) throw new Error('no search');
    add = Math.max(add, took(() => matcher.addSearch({ ...searchRule(n), id: `added-${n}` }, query)));
    match = Math.max(match, took(() => matcher.searches(new Said(text, [], 'en'))));
    add = Math.max(add, took(() => matcher.removeSearch(`added-${n}`)));
  });
  return { add, match };
};

const screened = (matcher: Matcher, lines: readonly string[]): { readonly perSecond: number; readonly cpuPerSecond: number; readonly found: number } => {
  const times = Array.from({ length: runs }, () => screenAll(matcher, lines));
  return { perSecond: median(times.map((each) => each.perSecond)), cpuPerSecond: median(times.map((each) => each.cpuPerSecond)), found: times[0]?.found ?? 0 };
};

/** What an installation has, and what it may grow into. */
const sizes = { once: { searches: 5_000, profiles: 10_000, tags: 1_000 }, 'ten-times': { searches: 50_000, profiles: 100_000, tags: 10_000 } } as const;

const measureOnce = (texts: readonly string[], from: string): Figure[] => {
  const { searches, profiles, tags } = sizes.once;
  const rules = rulesOf(generateSearches(seeded(1), vocabularyOf(texts), searches), profiles, tags, true);
  const lines = eventsOf(rules.matcher, texts);
  const { perSecond, cpuPerSecond, found } = screened(rules.matcher, lines);
  const alone = oneByOne(rules, lines);
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
  const note = `10,000 profiles, 1,000 hashtags, 5,000 searches made from ${from}; JSON of ${bytes.toFixed(0)} bytes, every search asked of every event, ${found} of ${eventCount} let in; ${cpuPerSecond.toFixed(0)} a second of processor; reference: each search by itself, ${alone.pairs} pairs equal`;
  return [{ name: 'screening', unit: 'events/s', value: perSecond, reference: alone.perSecond, ratio: perSecond / alone.perSecond, note }];
};

const measureTenTimes = (texts: readonly string[]): Figure[] => {
  const { searches, profiles, tags } = sizes['ten-times'];
  const written = generateSearches(seeded(1), vocabularyOf(texts), searches);
  const { matcher, compileMs } = rulesOf(written, profiles, tags);
  const lines = eventsOf(matcher, texts);
  const { perSecond, cpuPerSecond } = screened(matcher, lines);
  const rss = process.memoryUsage.rss() / 2 ** 20;
  const changed = changeOne(matcher, written, lines);
  return [
    { name: 'screening-x10', unit: 'events/s', value: perSecond, note: `ten times the rules; ${cpuPerSecond.toFixed(0)} a second of processor` },
    { name: 'screening-memory', unit: 'MB', value: rss, note: 'RSS of the process of ten times the rules, its events as text included' },
    { name: 'compile', unit: 'ms', value: median([compileMs, ...Array.from({ length: 2 }, () => rulesOf(written, 0, 0).compileMs)]), note: '50,000 searches from their texts; median of 3' },
    { name: 'add-search', unit: 'ms', value: changed.add, reference: changed.match, ratio: changed.add / changed.match, note: 'the longest of 1,000 additions and removals among 50,000; reference: the longest that matching a post took between them' },
  ];
};

const { texts, from } = benchTexts();
console.log(JSON.stringify(process.argv[2] === 'ten-times' ? measureTenTimes(texts) : measureOnce(texts, from)));
