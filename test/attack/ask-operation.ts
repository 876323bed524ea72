import type { GraphQLSchema } from 'graphql';
import { type Operation, documentOf, firstStepOf, goodArguments } from '../garbage/api-operations.js';
import { goodLeafOf } from '../garbage/api-values.js';
import type { Caller, Office } from '../garbage/office.js';

export interface Told {
  readonly status: number;
  /** The whole answer, as it came. */
  readonly text: string;
  /** Of the first error. */
  readonly code: string | undefined;
  readonly message: string;
  /** Whether it answered with anything but null. */
  readonly answered: boolean;
}

let made = 0;
/** For whatever may be there once only. */
export const count = (): number => ++made;

/** What leads to an operation within an object, by its good arguments. */
export const wayOf = (operation: Operation, office: Office): Record<string, unknown> => {
  const step = firstStepOf(operation);
  return step === undefined ? {} : Object.fromEntries(Object.entries(goodArguments(step, goodLeafOf(step, office, count))).map(([name, value]) => [`way_${name}`, value]));
};

/** All that an operation needs, of this office. */
export const goodVariables = (operation: Operation, office: Office): Record<string, unknown> => ({ ...goodArguments(operation, goodLeafOf(operation, office, count)), ...wayOf(operation, office) });

export const askOperation = async (url: string, schema: GraphQLSchema, operation: Operation, caller: Caller, variables: object): Promise<Told> => {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...caller }, body: JSON.stringify({ query: documentOf(schema, operation), variables }) });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as { readonly data?: Readonly<Record<string, unknown>> | null; readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[] };
  let it: unknown = data;
  while (typeof it === 'object' && it !== null && ('way' in it || Array.isArray(it))) it = Array.isArray(it) ? it[0] : it['way' as never];
  const told = (it as { readonly it?: unknown } | null | undefined)?.it;
  return { status: response.status, text, code: errors?.[0]?.extensions?.code, message: errors?.[0]?.message ?? '', answered: told !== null && told !== undefined };
};

/** Some at once: as many as one person's programs might. */
export const inBunches = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = [...all];
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  }));
};
