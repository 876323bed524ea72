import type { PluginChoice } from './config-file.js';
import type { PrivateAddress } from './private-address.js';
import type { Secret } from './secret.js';
import type { LogLevel, Role } from './settings.js';

/** Everything that an installation can set, checked, with its defaults, frozen. Safe to log: secrets show as `[secret]`. */
export interface Config {
  /** Absolute path. */
  readonly dataDirectory: string;
  readonly key: {
    readonly value: Secret | undefined;
    /** Absolute path. */
    readonly file: string;
    /** false: the file is the default one, which the first start makes. */
    readonly fileGiven: boolean;
  };
  readonly database: {
    /** The owner's login on the user's own PostgreSQL; undefined: the one that Earshot brings. */
    readonly url: Secret | undefined;
    readonly appUrl: Secret | undefined;
  };
  readonly http: {
    readonly host: string;
    /** 0: any that is free. */
    readonly port: number;
    /** An origin without a slash at its end; undefined: where it listens. */
    readonly publicUrl: string | undefined;
    /** IP addresses and ranges. */
    readonly trustedProxies: readonly string[];
  };
  readonly roles: readonly Role[];
  readonly session: { readonly hours: number };
  readonly replies: { readonly undoSeconds: number };
  readonly query: { readonly depth: number; readonly cost: number };
  readonly allowedPrivateAddresses: readonly PrivateAddress[];
  /** undefined: no mail is sent. */
  readonly mail: { readonly url: Secret; readonly from: string } | undefined;
  readonly monitoring: {
    /** Whoever has it can tell the monitor that all is well. */
    readonly heartbeatUrl: Secret | undefined;
    /** undefined: nobody reads metrics. */
    readonly metricsToken: Secret | undefined;
  };
  readonly plugins: readonly PluginChoice[];
  readonly log: { readonly level: LogLevel; readonly format: 'pretty' | 'json' };
}
