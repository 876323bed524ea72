import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type BuildSchemaOptions, GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { DateTime } from './scalars/date-time.scalar.js';

/** How classes become the schema: the same for the server and for the committed schema.graphql. */
export const schemaOptions: BuildSchemaOptions = { scalarsMap: [{ type: Date, scalar: DateTime }], noDuplicatedFields: true };

const head = '# Made from the resolvers by `npm run schema`. Do not edit.\n\n';

@Module({ imports: [GraphQLSchemaBuilderModule] })
class SchemaOnlyModule {}

/** The schema of these resolver classes, of which none is constructed: needs no database and no server. */
export const buildSchemaOf = async (resolvers: readonly Type[]): Promise<GraphQLSchema> => {
  const app = await NestFactory.createApplicationContext(SchemaOnlyModule, { logger: ['error', 'warn'] });
  try {
    return lexicographicSortSchema(await app.get(GraphQLSchemaFactory).create([...resolvers], schemaOptions));
  } finally {
    await app.close();
  }
};

/** The text of schema.graphql, sorted, so that a change of the code is a small change of the file. */
export const printSchemaFile = (schema: GraphQLSchema): string => `${head}${printSchema(lexicographicSortSchema(schema))}\n`;
