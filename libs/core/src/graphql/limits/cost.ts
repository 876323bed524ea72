import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, getVariableValues } from 'graphql';
import { type ComplexityEstimator, fieldExtensionsEstimator, getComplexity } from 'graphql-query-complexity';
import { pageDefault, pageLimit } from '../paging/page.args.js';

/** A field costs 1, and a page costs its rows: what is below it, times `first`. `@Field({ complexity })` says otherwise where that is untrue. */
const byPage: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (!field.args.some(({ name }) => name === 'first')) return 1 + childComplexity;
  const first: unknown = args['first'];
  const rows = typeof first === 'number' ? Math.min(Math.max(first, 1), pageLimit) : pageDefault;
  return 1 + rows * childComplexity;
};

export interface MeasuredOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** @throws GraphQLError QUERY_TOO_LARGE, with both numbers; BAD_INPUT where a variable is not what the operation says. */
export const requireCost = (operation: MeasuredOperation, limit: number): void => {
  requireVariables(operation);
  const cost = costOf(operation);
  if (cost > limit) throw refused('QUERY_TOO_LARGE', `This operation asks for too much at once: its cost is ${cost}, the limit ${limit}. Ask for fewer rows or fields.`);
};

/** Measuring would go on to the last wrong value: ten thousand of an enum, each with a proposal, were ten seconds in which nobody else was answered. */
const requireVariables = ({ schema, document, variables, operationName }: MeasuredOperation): void => {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || (operationName && definition.name?.value !== operationName)) continue;
    const { errors } = getVariableValues(schema, definition.variableDefinitions ?? [], { ...variables }, { maxErrors: 1 });
    if (errors?.[0] !== undefined) throw refused('BAD_INPUT', errors[0].message);
  }
};

const costOf = ({ schema, document, variables, operationName }: MeasuredOperation): number => {
  try {
    return getComplexity({
      schema,
      query: document,
      ...(variables && { variables: { ...variables } }),
      ...(operationName && { operationName }),
      estimators: [fieldExtensionsEstimator(), byPage],
    });
  } catch (error) {
    throw error instanceof GraphQLError ? refused('BAD_INPUT', error.message) : error;
  }
};

const refused = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
