import type { Ref } from '@earshot/plugin-sdk';

/** The ref of something stored. Where a network has no global ids, the key is made of one host's (listening/key.ts). */
export const storedRef = (network: string, remoteId: string, local: { readonly host: string; readonly id: string } | null): Ref => ({
  network,
  ...(local !== null && remoteId === `${local.host}/${local.id}` ? {} : { id: remoteId }),
  ...(local === null ? {} : { local }),
});
