import { readConfig } from '@earshot/core/config';
import { buildSchemaOf, resolversOf } from '@earshot/core/graphql';
import { createLogging } from '@earshot/core/logging';
import { AppModule } from '../apps/server/src/app.module.js';

type AppOptions = Parameters<typeof AppModule.forRoot>[0];

/** The schema of the whole application, from its resolvers' decorators: nothing is constructed, so that neither database nor plugins are needed. */
export const appSchema = async (): ReturnType<typeof buildSchemaOf> => {
  const nothing = {} as AppOptions['database'] & AppOptions['registry'] & AppOptions['figures'];
  const logging = createLogging({ level: 'silent', format: 'json' });
  return buildSchemaOf(await resolversOf(AppModule.forRoot({ config: readConfig({}), logging, key: Buffer.alloc(32), database: nothing, registry: nothing, figures: nothing })));
};
