/** A GraphQL enum of values as the database has them: `answered-back` is named ANSWERED_BACK. */
export const enumOf = <Value extends string>(values: readonly Value[]): Readonly<Record<string, Value>> =>
  Object.freeze(Object.fromEntries(values.map((value) => [value.toUpperCase().replaceAll('-', '_'), value])));
