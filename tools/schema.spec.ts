import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { declaredOperations, printSchemaFile } from '@earshot/core/graphql';
import { getNamedType, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { appSchema } from './app-schema.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await appSchema();
}, 60_000);

/** Whatever a client reads the name of, without a description. */
const undescribed = (of: GraphQLSchema): string[] => {
  const roots = [of.getQueryType(), of.getMutationType(), of.getSubscriptionType()];
  return Object.values(of.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type)).flatMap((type) => {
    const own = type.description || roots.includes(type as (typeof roots)[number]) ? [] : [type.name];
    if (isEnumType(type)) return [...own, ...type.getValues().filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`)];
    if (isInputObjectType(type)) return [...own, ...Object.values(type.getFields()).filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`)];
    if (!isObjectType(type) && !isInterfaceType(type)) return own;
    return [...own, ...Object.values(type.getFields()).flatMap((field) => [
      ...(field.description ? [] : [`${type.name}.${field.name}`]),
      ...field.args.filter(({ description }) => !description).map(({ name }) => `${type.name}.${field.name}(${name})`),
    ])];
  });
};

describe('the schema', () => {
  it('is the one in schema.graphql (else: npm run schema)', () => {
    expect(printSchemaFile(schema)).toBe(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
  });

  it('describes every type, field, argument and choice', () => {
    expect(undescribed(schema)).toEqual([]);
  });

  it('has a rule for every operation, and lets no token change anything by the scope to read', () => {
    const operations = declaredOperations();
    expect(operations.length).toBeGreaterThan(0);
    expect(operations.filter(({ rule }) => rule === undefined).map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ kind, rule }) => kind === 'mutation' && rule?.scope === 'read' && rule.person !== true).map(({ name }) => name)).toEqual([]);
  });

  it('names in each rule an argument that the operation has', () => {
    const fieldsOf = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() };
    const missing = declaredOperations().filter(({ kind, name, rule }) => {
      const [first, second] = rule?.at?.split('.') ?? [];
      if (first === undefined) return false;
      const argument = fieldsOf[kind]?.getFields()[name]?.args.find((arg) => arg.name === first);
      if (argument === undefined || second === undefined) return argument === undefined;
      const input = getNamedType(argument.type);
      return !isInputObjectType(input) || input.getFields()[second] === undefined;
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('pages every list at its roots', () => {
    const unpaged = [schema.getQueryType()].flatMap((root) => Object.values(root?.getFields() ?? {})).filter(({ type, args }) => String(type).includes('Connection') && !args.some(({ name }) => name === 'first'));
    expect(unpaged.map(({ name }) => name)).toEqual([]);
  });
});
