import { registerEnumType } from '@nestjs/graphql';

/**
 * A GraphQL enum of the words that the database has, each with its description. `answered-back` is spelled `answered_back` there,
 * because GraphQL has neither hyphens nor full stops; resolvers see the word itself.
 */
export const enumOf = <Value extends string>(name: string, description: string, values: Readonly<Record<Value, string>>): Readonly<Record<string, Value>> => {
  const spelled = Object.entries<string>(values).map(([value, meaning]) => ({ spelling: value.replaceAll(/[-.]/gu, '_'), value: value as Value, meaning }));
  const members: Readonly<Record<string, Value>> = Object.freeze(Object.fromEntries(spelled.map(({ spelling, value }) => [spelling, value])));
  registerEnumType(members, { name, description, valuesMap: Object.fromEntries(spelled.map(({ spelling, meaning }) => [spelling, { description: meaning }])) });
  return members;
};
