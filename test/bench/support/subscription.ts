import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Subscription {
  /** How many hints came. */
  heard(): number;
  stop(): Promise<void>;
}

interface Told {
  readonly data?: { readonly changed: { readonly kind: string; readonly id: string | null } } | null;
}

/** Somebody who subscribed over graphql-ws, once the server has them; `onConversation` is called with the id of each conversation that it tells of. */
export const subscribe = async ({ url, cookie }: { readonly url: string; readonly cookie: string }, onConversation: (id: string) => void = () => undefined): Promise<Subscription> => {
  class Socket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers: { cookie, origin: url } });
    }
  }
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, retryAttempts: 0 });
  let heard = 0;
  const told = client.iterate({ query: 'subscription { changed { kind id } }' }) as AsyncIterableIterator<Told>;
  const first = await told.next();
  if ((first.value as Told | undefined)?.data?.changed.kind !== 'read_again') throw new Error(`no subscription: ${JSON.stringify(first.value)}`);
  void (async () => {
    for await (const { data } of told) {
      heard += 1;
      if (data?.changed.kind === 'conversation' && data.changed.id !== null) onConversation(data.changed.id);
    }
  })().catch(() => undefined); // Where it breaks off, nothing more is heard, which is noticed.
  return { heard: () => heard, stop: async () => { await client.dispose(); } };
};
