import type { Ctx } from '@earshot/plugin-sdk';
import { z } from 'zod';

export const settingsSchema = z.object({
  server: z
    .url({ protocol: /^https?$/ })
    .describe('Address of the server that the account is on: https://town.social'),
  signInByCode: z
    .boolean()
    .default(false)
    .describe('At sign-in the server shows a code to paste here, instead of sending you back. For installations that the server refuses to send anybody to.'),
  followThere: z
    .boolean()
    .default(false)
    .describe("The library's account may follow on the server whom you follow here, and keep lists there, where you publish a follow list. Asks for more at sign-in: sign in again after changing it."),
});

export const secretsSchema = z.object({
  accessToken: z.string().min(1).max(4_096).describe("The library account's access token. Signing in fills it in."),
  clientId: z.string().max(4_096).exactOptional().describe('The application that signing in registered on the server.'),
  clientSecret: z.string().max(4_096).exactOptional().describe("That application's secret, with which the token is given back."),
  scope: z.string().max(4_096).exactOptional().describe('What the token allows. Signing in fills it in.'),
});

export type Settings = z.output<typeof settingsSchema>;
export type MastodonSecrets = z.output<typeof secretsSchema>;
export type MastodonCtx = Ctx<Settings, MastodonSecrets>;

/** The account's own server as refs name it. */
export const hostOf = ({ settings }: { readonly settings: Settings }): string => new URL(settings.server).host;
