import type { Ctx } from '@earshot/plugin-sdk';
import { z } from 'zod';

const webAddress = z.url({ protocol: /^https?$/ }).refine((text) => URL.parse(text)?.username === '', 'holds a name or a password');

const streamAddress = z.url({ protocol: /^(https?|wss?)$/ }).refine((text) => URL.parse(text)?.username === '', 'holds a name or a password');

export const settingsSchema = z.object({
  handle: z.string().trim().regex(/^@?[^\s@]{1,300}$/, 'is no handle').describe("The library's handle: ourlibrary.bsky.social"),
  service: webAddress.default('https://bsky.social').describe('Where you sign in: bsky.social, or the address of your own data server (PDS).'),
  directory: webAddress.default('https://plc.directory').describe('The directory of identities (PLC), which tells where an author keeps what they refuse.'),
  jetstream: z.array(streamAddress).max(20).optional().describe('Jetstream hosts by which we hear, tried in turn: wss://jetstream.example. Left out: the public ones, where the directory is the public one. Empty: none.'),
  relays: z.array(streamAddress).max(20).default([]).describe('Relays or data servers (PDS) whose stream of repositories is read where no Jetstream is to be had. A data server tells only of its own accounts.'),
  compress: z.boolean().default(false).describe('Let a Jetstream compress what it sends (zstd): a quarter of the traffic for twice the work.'),
});

/** What staff decide about an account on Bluesky. */
export type BlueskySettings = z.output<typeof settingsSchema>;

const sessionSchema = z.object({
  /** Under which handle it was made: another handle in the settings is another account. */
  handle: z.string().min(1),
  did: z.string().min(1),
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  /** The data server that holds the account: `service` may only be the door to it. */
  host: z.string().min(1),
});

/** What createSession gave, kept until it can no longer be refreshed: the network allows few new ones a day. */
export type Session = z.output<typeof sessionSchema>;

export const secretsSchema = z.object({
  appPassword: z.string().trim().min(1).max(300).describe('An app password, from Settings, Privacy and security, App passwords on Bluesky. Not the password of the account.'),
  session: sessionSchema.optional().describe('Filled in by signing in.'),
});
export type BlueskySecrets = z.output<typeof secretsSchema>;

export type BlueskyCtx = Ctx<BlueskySettings, BlueskySecrets>;
