import { Field, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { enumOf } from '../graphql/index.js';
import type { HostedPlugin } from '../plugins/index.js';

const capabilities = ['source', 'classifiers', 'advisor', 'responder', 'followLists', 'notifier', 'byHand'] as const;
type Capability = (typeof capabilities)[number];

export const PluginCapabilityEnum = enumOf<Capability>('PluginCapability', 'What a plugin can do.', {
  source: 'It hears a network.',
  classifiers: 'It judges posts.',
  advisor: 'It finds what a library has on a need.',
  responder: 'It answers on a network.',
  followLists: "It reads lists that one keeps on a network.",
  notifier: 'It tells staff elsewhere.',
  byHand: 'What staff bring in by hand comes under its network; its accounts are made by themselves.',
});

/** As JSON Schema, of what one writes; null where that cannot say it (a plugin may bring a zod of its own that ours cannot read). */
const jsonSchemaOf = (schema: z.ZodType | undefined): string | null => {
  if (schema === undefined) return null;
  try {
    return JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  } catch {
    return null;
  }
};

@ObjectType('Plugin', { description: 'A plugin of this installation: what an account can be made of.' })
export class PluginModel {
  @Field(() => String, { description: 'Its id, as `createAccount` takes it.' })
  readonly id!: string;

  @Field(() => String, { description: 'Its version.' })
  readonly version!: string;

  @Field(() => [String], { description: 'The networks that it knows.' })
  readonly networks!: readonly string[];

  @Field(() => [PluginCapabilityEnum], { description: 'What it can do.' })
  readonly capabilities!: readonly Capability[];

  @Field(() => Boolean, { description: "Whether one signs in on the network's own page (see beginSignIn); otherwise secrets, where it needs any, are stored by putAccountSecrets." })
  readonly signsIn!: boolean;

  @Field(() => String, { nullable: true, description: 'What the settings of an account are, as JSON Schema (2020-12), to draw a form by; null where it has none, or they cannot be told so.' })
  readonly settingsSchema!: string | null;

  @Field(() => String, { nullable: true, description: 'What the secrets of an account are, as JSON Schema (2020-12); null where it has none, or they cannot be told so.' })
  readonly secretsSchema!: string | null;

  static from(plugin: HostedPlugin): PluginModel {
    const { id, version, networks, account } = plugin;
    return Object.assign(new PluginModel(), {
      id, version, networks,
      capabilities: capabilities.filter((capability) => plugin[capability] !== undefined),
      signsIn: account?.signIn !== undefined,
      settingsSchema: jsonSchemaOf(account?.settings),
      secretsSchema: jsonSchemaOf(account?.secrets),
    });
  }
}
