/** Rows in the order of the keys that were asked for, for loaders of one to one. Missing: undefined. */
export const inOrder = <K, Row>(keys: readonly K[], rows: readonly Row[], keyOf: (row: Row) => K): readonly (Row | undefined)[] => {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key));
};

/** Rows gathered by key, in the order of the keys, for loaders of one to many. The order of the rows within a key stays. */
export const inGroups = <K, Row>(keys: readonly K[], rows: readonly Row[], keyOf: (row: Row) => K): readonly (readonly Row[])[] => {
  const groups = new Map<K, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
};
