import { isCompatible, sdkVersion } from '@earshot/plugin-sdk';
import { z } from 'zod';

const method = z.custom<(...told: never[]) => unknown>((value) => typeof value === 'function', 'is missing, or no function');

/** Told by what the host calls on it: an outsider's plugin may bring its own copy of zod. */
const schema = z.custom<z.ZodType>(
  (value) => typeof value === 'object' && value !== null && typeof (value as { safeParse?: unknown }).safeParse === 'function',
  'is missing, or no zod schema',
);

const accountSchema = z.strictObject({
  settings: schema,
  secrets: schema,
  signIn: z.looseObject({ begin: method, finish: method, revoke: method.optional() }).optional(),
  identify: method,
});

/**
 * The shape of a plugin's declaration. Capabilities may be instances of classes, so only what the host will call is looked at;
 * at the top, an unknown property is a problem: it would silently do nothing.
 */
export const pluginSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'is no id: lower-case letters, digits and hyphens'),
    version: z.string().min(1, 'is empty').max(100),
    sdk: z.string().refine((range) => isCompatible(range), `does not take this plugin SDK, ${sdkVersion}`),
    networks: z.array(z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'is no network: lower-case letters, digits, dots and hyphens')),
    account: accountSchema.optional(),
    cursor: schema.optional(),
    source: z.looseObject({ resolve: method, plan: method, read: method, fetch: method, receive: method.optional() }).optional(),
    responder: z.looseObject({ abilities: method, send: method, find: method, change: method.optional(), act: method.optional() }).optional(),
    followLists: z.looseObject({ lists: method, members: method, change: method.optional(), making: z.looseObject({ asks: method, make: method, end: method }).optional() }).optional(),
    classifiers: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'is no name of a classifier: lower-case letters, digits and hyphens'), method).optional(),
    advisor: z
      .looseObject({
        advise: method,
        enrich: method.optional(),
        check: method.optional(),
        refresh: method.optional(),
        actions: z.record(z.string(), method).optional(),
      })
      .optional(),
    notifier: z.looseObject({ notify: method }).optional(),
    byHand: z.literal(true).optional(),
  })
  .check((told) => {
    const plugin = told.value;
    const does = [plugin.source, plugin.responder, plugin.followLists, plugin.classifiers, plugin.advisor, plugin.notifier, plugin.byHand];
    if (does.every((capability) => capability === undefined))
      told.issues.push({ code: 'custom', message: 'has no capability: neither source nor responder, followLists, classifiers, advisor, notifier or byHand', input: plugin, path: [] });
    if ((plugin.source ?? plugin.responder ?? plugin.byHand) !== undefined && plugin.networks.length === 0)
      told.issues.push({ code: 'custom', message: 'is empty, but a source or responder gives refs of some network, and what is brought in by hand is of one', input: plugin.networks, path: ['networks'] });
    if (plugin.byHand !== undefined && [plugin.account, plugin.source, plugin.responder].some((part) => part !== undefined))
      told.issues.push({ code: 'custom', message: 'is said beside an account, source or responder: of what is brought in by hand nothing is asked', input: plugin.byHand, path: ['byHand'] });
  });
