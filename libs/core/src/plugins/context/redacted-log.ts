import type { Log } from '@earshot/plugin-sdk';
import type { HostLog } from '../host-options.js';
import { secretTexts } from './withhold-secrets.js';

const longest = 300;
const mostFacts = 20;
const shortestSecret = 6;
const tellsSecret = /token|secret|password|authori[sz]ation|cookie|api[-_]?key|credential/i;

/**
 * What a plugin logs, cut to facts: numbers, booleans, dates and short strings, none of them a secret of the account.
 * Nothing a plugin hands over here can throw.
 */
export class RedactedLog implements Log {
  constructor(
    private readonly log: HostLog,
    private readonly where: { readonly plugin: string; readonly account: string },
    private readonly secrets: () => unknown,
  ) {}

  info(message: string, facts?: object): void {
    this.log.info(this.cut(message), this.factsOf(facts));
  }

  warn(message: string, facts?: object): void {
    this.log.warn(this.cut(message), this.factsOf(facts));
  }

  private factsOf(facts: object | undefined): object {
    const kept: Record<string, unknown> = {};
    try {
      for (const [key, value] of Object.entries(facts ?? {}).slice(0, mostFacts)) kept[key] = tellsSecret.test(key) ? '[secret]' : this.fact(value);
    } catch {
      // A getter or proxy of the plugin threw: the message stands without the rest.
    }
    return { ...kept, ...this.where };
  }

  private fact(value: unknown): unknown {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (value instanceof Date) return value;
    if (value instanceof Error) return this.cut(`${value.name}: ${value.message}`);
    return typeof value === 'string' ? this.cut(value) : `[${typeof value}]`;
  }

  private cut(text: unknown): string {
    let clean = String(text);
    for (const secret of secretTexts(this.secrets(), shortestSecret)) clean = clean.replaceAll(secret, '[secret]');
    return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
  }
}
