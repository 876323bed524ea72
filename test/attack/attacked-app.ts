import type { GraphQLSchema } from 'graphql';
import { appSchema } from '../../tools/app-schema.js';
import { type Operation, operationsOf } from '../garbage/api-operations.js';
import { withByHand } from '../plugins/with-by-hand.js';
import { withEverything } from '../plugins/with-everything.js';
import { Scene } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, startWholeApp } from '../support/whole-app.js';

/** A whole application on a database of its own, and every operation that it answers. */
export interface AttackedApp {
  readonly app: WholeApp;
  readonly scene: Scene;
  readonly schema: GraphQLSchema;
  readonly operations: readonly Operation[];
}

export const startAttacked = async (): Promise<AttackedApp> => {
  const test = await createTestDatabase();
  const scene = await Scene.open(test);
  const app = await startWholeApp(test, [withEverything, withByHand]);
  const schema = await appSchema();
  return { app, scene, schema, operations: operationsOf(schema) };
};
