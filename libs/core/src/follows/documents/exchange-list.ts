import { z } from 'zod';
import { type ListEntry, mostEntries } from './list-entry.js';
import { tooMany, UnreadableDocument } from './unreadable.js';

/** Names the format; docs/following.md describes it. A change that an older reader would get wrong raises the version. */
export const exchangeFormat = 'earshot-follow-list';
export const exchangeVersion = 1;

const line = (max: number): z.ZodString => z.string().min(1).max(max);

const followSchema = z.object({
  kind: line(40),
  network: line(300),
  key: line(2_048),
  label: line(300),
  reason: line(500).optional(),
  category: line(40).optional(),
});

const listSchema = z.object({
  format: z.literal(exchangeFormat),
  version: z.literal(exchangeVersion),
  name: line(200),
  description: z.string().max(2_000).nullish(),
  source: z.object({ library: line(200), exportedAt: z.iso.datetime() }),
  follows: z.array(z.unknown()),
});

/** Where an imported list comes from. */
export interface ListSource {
  readonly library: string;
  readonly list: string;
  /** ISO 8601. */
  readonly exportedAt: string;
}

export interface ReadExchange {
  readonly source: ListSource;
  readonly description: string | null;
  /** Checked as they are asked for. */
  readonly entries: Iterable<ListEntry>;
}

/** In characters. Read whole, so smaller than other documents: one hundred thousand follows, as they are exported, have 25 million. */
export const largestExchange = 32_000_000;

/**
 * A list that another installation exported. What is wrong with one follow alone is told of that follow; its line is its place among them.
 * @throws UnreadableDocument NOT_A_LIST, with the field; TOO_LARGE
 */
export const readExchange = async (text: AsyncIterable<string>): Promise<ReadExchange> => {
  let whole = '';
  for await (const piece of text) {
    whole += piece;
    if (whole.length > largestExchange) throw new UnreadableDocument('TOO_LARGE', `A list in JSON has ${largestExchange / 1_000_000} million characters at most: divide it, or bring it in as CSV.`);
  }
  const told = parsed(whole);
  requireCount(told);
  const read = listSchema.safeParse(told);
  if (!read.success) {
    const [issue] = read.error.issues;
    const at = issue?.path.join('.') ?? '';
    throw new UnreadableDocument('NOT_A_LIST', at === 'format' || at === 'version' || at === '' ? `This is no follow list of format "${exchangeFormat}", version ${exchangeVersion}.` : `The field "${at}" is wrong: ${issue?.message ?? ''}.`);
  }
  const { name, description, source, follows } = read.data;
  return { source: { library: source.library, list: name, exportedAt: source.exportedAt }, description: description ?? null, entries: entriesOf(follows) };
};

/** Before anything goes through them: ten million of them fit into a document. */
const requireCount = (told: unknown): void => {
  const follows = typeof told === 'object' && told !== null && 'follows' in told ? told.follows : [];
  if (Array.isArray(follows) && follows.length > mostEntries) throw tooMany(mostEntries + 1);
};

function* entriesOf(follows: readonly unknown[]): Generator<ListEntry> {
  for (const [index, follow] of follows.entries()) yield entryOf(follow, index + 1);
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableDocument('NOT_A_LIST', 'This is not JSON, or not to its end: ask for the list again.', {}, { cause });
  }
};

const entryOf = (told: unknown, at: number): ListEntry => {
  const read = followSchema.safeParse(told);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { line: at, text: '', refused: { why: `Its field "${issue?.path.join('.') ?? ''}" is wrong: ${issue?.message ?? ''}.`, cure: 'Ask for the list again, or mend it in the file.' } };
  }
  const { kind, network, key, label, reason, category } = read.data;
  return { line: at, text: key, label, reason, category, target: { kind, network, key, label } };
};
