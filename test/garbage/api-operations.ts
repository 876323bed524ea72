import { type GraphQLArgument, type GraphQLField, type GraphQLInputType, type GraphQLOutputType, type GraphQLSchema, getNamedType, getNullableType, isAbstractType, isInputObjectType, isListType, isNonNullType, isObjectType, isRequiredArgument } from 'graphql';

type Field = GraphQLField<unknown, unknown>;
export type ValuePath = readonly (string | number)[];

/** A field, and the type of objects that it is of. */
interface Step {
  readonly on: string;
  readonly field: Field;
}

/** A field that takes arguments, and the way to it from the root. */
export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly way: readonly Step[];
  readonly name: string;
}

/** One place in the arguments of an operation. */
export interface Leaf {
  readonly path: ValuePath;
  readonly type: GraphQLInputType;
}

const fieldOf = ({ way }: Operation): Field => (way.at(-1) as Step).field;
export const argumentsOf = (operation: Operation): readonly GraphQLArgument[] => fieldOf(operation).args;

/** The shortest way to each type of objects; of equal ones, the one that names the object by its id. */
const waysFrom = (schema: GraphQLSchema, queries: readonly Step[]): ReadonlyMap<string, readonly Step[]> => {
  const ways = new Map<string, readonly Step[]>();
  const byId = ({ field: { args } }: Step): number => (args.length === 1 && args[0]?.name === 'id' ? 0 : 1);
  for (const left: (readonly Step[])[] = [...queries].sort((a, b) => byId(a) - byId(b)).map((step) => [step]); left.length > 0; ) {
    const way = left.shift() as readonly Step[];
    const answer = getNamedType((way.at(-1) as Step).field.type);
    for (const type of isAbstractType(answer) ? schema.getPossibleTypes(answer) : [answer]) {
      if (!isObjectType(type) || ways.has(type.name)) continue;
      ways.set(type.name, way);
      left.push(...Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument)).map((field) => [...way, { on: type.name, field }]));
    }
  }
  return ways;
};

/**
 * Every field of the schema that takes arguments, and every root field. Those within objects are reached by a query that answers with such an object.
 * @throws where no query does
 */
export const operationsOf = (schema: GraphQLSchema): readonly Operation[] => {
  const [queries, mutations] = [Object.values(schema.getQueryType()?.getFields() ?? {}), Object.values(schema.getMutationType()?.getFields() ?? {})];
  const ways = waysFrom(schema, queries.map((field) => ({ on: 'Query', field })));
  const wayTo = (type: string): readonly Step[] => {
    const way = ways.get(type);
    if (way === undefined) throw new Error(`no query leads to ${type}: the sweep does not reach its fields`);
    return way;
  };
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const nested = Object.values(schema.getTypeMap()).flatMap((type) =>
    !isObjectType(type) || type.name.startsWith('__') || roots.includes(type) ? [] : Object.values(type.getFields()).filter(({ args }) => args.length > 0).map((field) => ({ type, field })));
  return [
    ...queries.map((field): Operation => ({ kind: 'query', way: [{ on: 'Query', field }], name: field.name })),
    ...nested.map(({ type, field }): Operation => ({ kind: 'query', way: [...wayTo(type.name), { on: type.name, field }], name: `${type.name}.${field.name}` })),
    ...mutations.map((field): Operation => ({ kind: 'mutation', way: [{ on: 'Mutation', field }], name: field.name })),
  ];
};

const leavesIn = (type: GraphQLInputType, path: ValuePath): readonly Leaf[] => {
  const bare = getNullableType(type);
  const own = { path, type };
  if (isListType(bare)) return [own, ...leavesIn(bare.ofType as GraphQLInputType, [...path, 0])];
  if (isInputObjectType(bare)) return [own, ...Object.values(bare.getFields()).flatMap((field) => leavesIn(field.type, [...path, field.name]))];
  return [own];
};
export const leavesOf = (operation: Operation): readonly Leaf[] => argumentsOf(operation).flatMap((arg) => leavesIn(arg.type, [arg.name]));

/** Says what a good value is; the path tells whose. */
export type GoodLeaf = (path: ValuePath, type: GraphQLInputType) => unknown;

export const goodValue = (type: GraphQLInputType, path: ValuePath, leaf: GoodLeaf): unknown => {
  const bare = getNullableType(type);
  if (isListType(bare)) return [goodValue(bare.ofType as GraphQLInputType, [...path, 0], leaf)];
  if (!isInputObjectType(bare)) return leaf(path, bare);
  const given = Object.values(bare.getFields()).filter((field) => (isNonNullType(field.type) && field.defaultValue === undefined) || leaf([...path, field.name, 'too'], field.type) === true);
  return Object.fromEntries(given.map((field) => [field.name, goodValue(field.type, [...path, field.name], leaf)]));
};

/** Good values of everything that may not be null, and of what `leaf` says has to be there too. */
export const goodArguments = (operation: Operation, leaf: GoodLeaf): Record<string, unknown> =>
  Object.fromEntries(argumentsOf(operation).filter((arg) => isNonNullType(arg.type) || leaf([arg.name, 'too'], arg.type) === true).map((arg) => [arg.name, goodValue(arg.type, [arg.name], leaf)]));

/** The good arguments with another value in one place; what leads there is made good where it was not given. */
export const argumentsWith = (operation: Operation, leaf: GoodLeaf, { path }: Leaf, value: unknown): Record<string, unknown> => {
  const put = (at: ValuePath, held: unknown, type: GraphQLInputType, walked: ValuePath): unknown => {
    const [key, ...rest] = at;
    if (key === undefined) return value;
    const bare = getNullableType(type);
    if (isListType(bare)) return [put(rest, undefined, bare.ofType as GraphQLInputType, [...walked, 0])];
    if (!isInputObjectType(bare)) throw new Error(`nothing lies within ${String(type)}`);
    const whole = (held ?? goodValue(type, walked, leaf)) as Record<string, unknown>;
    return { ...whole, [key]: put(rest, whole[key], bare.getFields()[key]?.type as GraphQLInputType, [...walked, key]) };
  };
  const good = goodArguments(operation, leaf);
  const [name, ...rest] = path as readonly [string, ...(string | number)[]];
  const arg = argumentsOf(operation).find((one) => one.name === name) as GraphQLArgument;
  return { ...good, [name]: put(rest, good[name], arg.type, [name]) };
};

/** What comes back, two fields deep: enough to run the edges, and to see what must not be seen. */
const selectionOf = (schema: GraphQLSchema, type: GraphQLOutputType, depth = 3): string => {
  const named = getNamedType(type);
  if (isAbstractType(named)) return `{ __typename ${schema.getPossibleTypes(named).map((one) => `... on ${one.name} ${selectionOf(schema, one, 1)}`).join(' ')} }`;
  if (!isObjectType(named)) return '';
  const chosen = Object.values(named.getFields()).filter(({ args }) => !args.some(isRequiredArgument)).flatMap((field) => {
    const of = getNamedType(field.type);
    // Aliased by its type: members of one union may have fields of one name and different types.
    const alias = `${named.name}_${field.name}: ${field.name}`;
    if (!isObjectType(of) && !isAbstractType(of)) return [alias];
    return depth <= 1 || isAbstractType(of) ? [] : [`${alias} ${selectionOf(schema, field.type, depth - 1)}`];
  });
  return `{ __typename ${chosen.join(' ')} }`;
};

/** The first step to an operation within an object; its variables begin with `way_`. */
export const firstStepOf = ({ kind, way }: Operation): Operation | undefined => (way.length === 1 ? undefined : { kind, way: way.slice(0, 1), name: way[0]?.field.name ?? '' });

/** The document of an operation: `it` is what it answers, each step to it is `way`, and the arguments are variables by their names. */
export const documentOf = (schema: GraphQLSchema, operation: Operation): string => {
  const field = fieldOf(operation);
  const steps = operation.way.slice(1, -1);
  const first = operation.way.length === 1 ? undefined : operation.way[0]?.field;
  const needed = first?.args.filter(isRequiredArgument) ?? [];
  const declared = [...needed.map(({ name, type }) => `$way_${name}: ${String(type)}`), ...field.args.map(({ name, type }) => `$${name}: ${String(type)}`)].join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const it = `it: ${field.name}${given && `(${given})`} ${selectionOf(schema, field.type)}`;
  const within = steps.reduceRight((inner, step) => `... on ${step.on} { way: ${step.field.name} { ${inner} } }`, `... on ${(operation.way.at(-1) as Step).on} { ${it} }`);
  const led = first === undefined ? it : `way: ${first.name}${needed.length > 0 ? `(${needed.map(({ name }) => `${name}: $way_${name}`).join(', ')})` : ''} { ${within} }`;
  return `${operation.kind}${declared && `(${declared})`} { ${led} }`;
};
