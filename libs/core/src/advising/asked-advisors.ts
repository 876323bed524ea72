import type { Need, Suggestion } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { type AccountAdvisor, AdvisorHost } from '../plugins/index.js';
import type { AskedOf } from './advice.row.js';
import { house } from './house/house.js';
import type { Found, HouseNeed } from './house/house-advisor.js';

/** An advisor as the runner asks it, whoever it is. */
export interface AskedAdvisor {
  /** Best first, as they are found. Stops at `abort`. */
  advise(need: HouseNeed & Pick<Need, 'near'> & { readonly wordsLang: string | null }, abort: AbortSignal): AsyncIterable<Found>;
  /** Those of `found` of which it knows more; undefined where it cannot. */
  readonly enrich?: AccountAdvisor['enrich'];
}

export type Working = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Finds whoever was asked: the advisor of an account, or one of the house, which needs no account, no network and no deadline. */
@Injectable()
export class AskedAdvisors {
  constructor(private readonly host: AdvisorHost) {}

  /** @throws PlatformError NOT_FOUND, RemoteError: as {@link AdvisorHost.advisor} */
  async advisor({ accountId, house: name }: AskedOf, working: Working): Promise<AskedAdvisor> {
    if (name !== null) {
      return {
        async *advise(need, abort) {
          const found = await working((tx) => house[name](tx, need));
          abort.throwIfAborted();
          yield* found;
        },
      };
    }
    const { advise, enrich } = await this.host.advisor(accountId as string);
    return { advise: ({ restated, wordsLang, near }, abort) => found(advise({ restated, ...(wordsLang === null ? {} : { lang: wordsLang }), ...(near === undefined ? {} : { near }) }, abort)), enrich };
  }
}

async function* found(suggestions: AsyncIterable<Suggestion>): AsyncIterable<Found> {
  for await (const suggestion of suggestions) yield suggestion;
}
