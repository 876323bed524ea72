import { z } from 'zod';
import { parsePrivateAddress } from './private-address.js';
import { Secret } from './secret.js';

export type SettingGroup = 'data' | 'database' | 'server' | 'sign-in' | 'network' | 'mail' | 'monitoring' | 'log';

export interface SettingMeta {
  group: SettingGroup;
  description: string;
  /** What it may be, to follow "must be". */
  allowed: string;
  /** Words for what holds without it, where that is not one fixed value. */
  otherwise?: string;
  secret?: true;
}

/** What the documentation and the messages about bad settings say of each setting. */
export const settingMeta = z.registry<SettingMeta>();

export const ROLES = ['api', 'listen', 'work'] as const;
/** What a process does: answers clients, hears the networks, works off jobs. */
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((number) => number >= least && number <= most);

const listOf = <Item>(read: (text: string) => Item | undefined) =>
  z.string().transform((text, context): Item[] => {
    const items = text.split(',').map((part) => part.trim()).filter((part) => part !== '').map(read);
    if (items.some((item) => item === undefined)) context.addIssue({ code: 'custom', message: 'not a list of those' });
    return items.filter((item) => item !== undefined);
  });

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/)
  .transform((text) => new Secret(text));

const httpOrigin = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    context.addIssue({ code: 'custom', message: 'not an origin' });
  }
  return url?.origin ?? '';
});

const httpUrl = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')).transform((text) => new Secret(text));

const mailUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
}).transform((text) => new Secret(text));

/** 32 bytes in base64, however padded. Compared by length of what it decodes to: Buffer skips what is not base64. */
export const isInstallationKey = (text: string): boolean => /^[A-Za-z\d+/_-]{43}=?$/.test(text) && Buffer.from(text, 'base64').length === 32;

const isRange = (text: string): boolean => parsePrivateAddress(text)?.kind === 'range';

/** Every setting of Earshot, by its name in the environment. An empty value counts as not set. */
export const settings = z.object({
  EARSHOT_DATA: z.string().default('./data').register(settingMeta, {
    group: 'data',
    description: 'Folder of the built-in database, the installation key and what belongs to them. Back it up whole.',
    allowed: 'a folder that Earshot may write to',
  }),
  EARSHOT_CONFIG: z.string().optional().register(settingMeta, {
    group: 'data',
    description: 'File that names the plugins of this installation.',
    allowed: 'the path of a JSON file',
    otherwise: './earshot.config.json, if there is one',
  }),
  EARSHOT_KEY: z.string().refine(isInstallationKey).transform((text) => new Secret(text)).optional().register(settingMeta, {
    group: 'data',
    description: "Installation key: encrypts the accounts' secrets and gives the database logins their passwords. Whoever loses it signs every account in again.",
    allowed: '32 random bytes in base64 (openssl rand -base64 32)',
    otherwise: 'the key in EARSHOT_KEY_FILE',
    secret: true,
  }),
  EARSHOT_KEY_FILE: z.string().optional().register(settingMeta, {
    group: 'data',
    description: 'File that holds the installation key.',
    allowed: 'the path of a file',
    otherwise: 'the file "key" in the data folder, made at the first start',
  }),
  DATABASE_URL: postgresUrl.optional().register(settingMeta, {
    group: 'database',
    description: "Your own PostgreSQL 15 or newer, as the database's owner, who migrates it and nothing else.",
    allowed: 'postgresql://user:password@host:port/database',
    otherwise: 'the PostgreSQL that Earshot brings, in the data folder',
    secret: true,
  }),
  EARSHOT_APP_DATABASE_URL: postgresUrl.optional().register(settingMeta, {
    group: 'database',
    description: 'Login that your database administrator made for the application. It must be bound by row-level security.',
    allowed: 'postgresql://user:password@host:port/database',
    otherwise: 'the login that the owner makes',
    secret: true,
  }),
  EARSHOT_HOST: z.string().regex(/^[\w.:-]+$/).default('127.0.0.1').register(settingMeta, {
    group: 'server',
    description: 'Address to listen on. 0.0.0.0 lets other machines in: put a proxy with TLS before it.',
    allowed: 'an IP address or a host name',
  }),
  EARSHOT_PORT: wholeNumber(0, 65_535).default(3420).register(settingMeta, {
    group: 'server',
    description: 'Port to listen on.',
    allowed: 'a port number from 0 to 65535 (0: any that is free)',
  }),
  EARSHOT_PUBLIC_URL: httpOrigin.optional().register(settingMeta, {
    group: 'server',
    description: 'Where staff and networks reach this server: for links in mails, sign-in at networks, webhooks, and, where it begins with https://, telling browsers.',
    allowed: 'an address without a path, such as https://earshot.example.org',
    otherwise: 'the address that it listens on',
  }),
  EARSHOT_ROLES: listOf((text) => ROLES.find((role) => role === text)).refine((roles) => roles.length > 0).default([...ROLES]).register(settingMeta, {
    group: 'server',
    description: 'What this process does. Several processes over one PostgreSQL may share the roles.',
    allowed: `a list of ${ROLES.join(', ')}`,
  }),
  EARSHOT_TRUSTED_PROXIES: listOf((text) => (isRange(text) ? text : undefined)).default([]).register(settingMeta, {
    group: 'server',
    description: "Proxies whose X-Forwarded-For is believed, for the client's address in the limits on sign-in.",
    allowed: 'a list of IP addresses or ranges, such as 10.0.0.0/8',
    otherwise: 'none',
  }),
  EARSHOT_SESSION_HOURS: wholeNumber(1, 720).default(12).register(settingMeta, {
    group: 'sign-in',
    description: 'How long a session lasts without use.',
    allowed: 'a number of hours from 1 to 720',
  }),
  EARSHOT_UNDO_SECONDS: wholeNumber(0, 3_600).default(10).register(settingMeta, {
    group: 'server',
    description: 'How long after its approval a reply can still be taken back, before it is sent.',
    allowed: 'a number of seconds from 0 to 3600',
  }),
  EARSHOT_QUERY_DEPTH: wholeNumber(3, 100).default(12).register(settingMeta, {
    group: 'server',
    description: 'How deep a GraphQL query may nest.',
    allowed: 'a whole number from 3 to 100',
  }),
  EARSHOT_QUERY_COST: wholeNumber(100, 1_000_000).default(10_000).register(settingMeta, {
    group: 'server',
    description: 'How much a GraphQL query may ask for, about one for each value that it can return.',
    allowed: 'a whole number from 100 to 1000000',
  }),
  EARSHOT_ALLOW_PRIVATE_ADDRESSES: listOf(parsePrivateAddress).default([]).register(settingMeta, {
    group: 'network',
    description: 'Private addresses that accounts and webhooks may reach in spite of the guard: a catalogue or a server in your own network.',
    allowed: 'a list of host:port, IP addresses or ranges, such as catalogue.local:8080, 192.168.4.0/24',
    otherwise: 'none',
  }),
  EARSHOT_SMTP_URL: mailUrl.optional().register(settingMeta, {
    group: 'mail',
    description: 'Mail server by which staff are told of what waits for them. smtp:// is encrypted where the server offers it, and always where a password is sent to another machine; smtps:// is from the first byte. May be private.',
    allowed: 'smtp://user:password@host:port or smtps://user:password@host:port, the user and password percent-encoded, or left out',
    otherwise: 'no mail is sent',
    secret: true,
  }),
  EARSHOT_MAIL_FROM: z.string().regex(/^(?:[^<>"\r\n]{1,100} <[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>|[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255})$/).optional().register(settingMeta, {
    group: 'mail',
    description: 'From whom these mails are.',
    allowed: 'an address, as in earshot@library.example or Earshot <earshot@library.example>',
    otherwise: 'none; EARSHOT_SMTP_URL needs it',
  }),
  EARSHOT_HEARTBEAT_URL: httpUrl.optional().register(settingMeta, {
    group: 'monitoring',
    description: 'Address that is called every minute while all is well: of a monitor that raises the alarm when it is not. May be private.',
    allowed: 'an address of http or https',
    otherwise: 'none is called',
    secret: true,
  }),
  EARSHOT_METRICS_TOKEN: z.string().regex(/^[\x21-\x7e]{16,200}$/).transform((text) => new Secret(text)).optional().register(settingMeta, {
    group: 'monitoring',
    description: 'What whoever reads /metrics shows, as "Authorization: Bearer …".',
    allowed: '16 to 200 letters, digits and signs without a space',
    otherwise: 'there is no /metrics',
    secret: true,
  }),
  EARSHOT_LOG_LEVEL: z.enum(LOG_LEVELS).default('info').register(settingMeta, {
    group: 'log',
    description: 'How much is logged.',
    allowed: `one of ${LOG_LEVELS.join(', ')}`,
  }),
  EARSHOT_LOG_FORMAT: z.enum(['pretty', 'json']).optional().register(settingMeta, {
    group: 'log',
    description: 'Lines for people or for machines.',
    allowed: 'pretty or json',
    otherwise: 'pretty on a terminal, else json',
  }),
});

export type Settings = z.output<typeof settings>;
export type SettingName = keyof Settings;
export const settingNames = Object.keys(settings.shape) as SettingName[];
