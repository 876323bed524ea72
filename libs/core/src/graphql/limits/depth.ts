import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';

/**
 * Refuses documents whose fields nest deeper than `limit`. Introspection is measured by cost alone: its usual query is deep and cheap.
 * For validated documents: no fragment spreads itself.
 * @throws GraphQLError QUERY_TOO_LARGE
 */
export const requireDepth = (document: DocumentNode, limit: number): void => {
  const fragments = new Map(document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION).map((definition) => [definition.name.value, definition]));
  const measure = measureWith(fragments);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || measure(definition.selectionSet) <= limit) continue;
    throw new GraphQLError(`This operation nests fields more than ${limit} deep.`, { nodes: [definition], extensions: { code: 'QUERY_TOO_LARGE', http: { status: 400 } } });
  }
};

const measureWith = (fragments: ReadonlyMap<string, FragmentDefinitionNode>): ((set: SelectionSetNode) => number) => {
  // Each fragment is measured once: otherwise fragments that double each other make the check itself the attack.
  const known = new Map<string, number>();
  const measureFragment = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const definition = fragments.get(name);
    const depth = definition === undefined ? 0 : measure(definition.selectionSet);
    known.set(name, depth);
    return depth;
  };
  const measure = (set: SelectionSetNode): number => Math.max(0, ...set.selections.map((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return measure(selection.selectionSet);
    if (selection.name.value.startsWith('__')) return 0;
    return 1 + (selection.selectionSet === undefined ? 0 : measure(selection.selectionSet));
  }));
  return measure;
};
