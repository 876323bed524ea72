import { readReposFrame } from '../../../plugins/bluesky/src/stream/repos-frame.js';
import { JetstreamDouble } from '../../../plugins/bluesky/src/testing/jetstream-double.js';

const COLLECTIONS = ['app.bsky.feed.post', 'app.bsky.actor.profile'];

/** As the host of plugins opens one. */
export const socketOf = (address: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => resolve(socket));
    socket.addEventListener('error', () => reject(Object.assign(new Error('refused'), { name: 'RemoteError', kind: 'unreachable', facts: {} })));
  });

/** A Jetstream as one would run it beside a data server: it reads its stream, and tells it on. No server of that kind can be installed. */
export class FedJetstream {
  private constructor(readonly double: JetstreamDouble, private readonly socket: WebSocket, private readonly murmur: NodeJS.Timeout) {}

  static async start(pds: string, speaks: readonly ('v1' | 'v2')[]): Promise<FedJetstream> {
    const double = await JetstreamDouble.start({ speaks });
    const socket = await socketOf(`${pds.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos`);
    socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      const frame = readReposFrame(new Uint8Array(data), () => true, COLLECTIONS);
      if (frame.is === 'events') for (const happening of frame.happenings) double.say({ ...happening, did: frame.envelope.did } as Parameters<JetstreamDouble['say']>[0]);
    });
    // A network on which somebody always says something, as theirs is.
    const murmur = setInterval(() => double.say({ kind: 'commit', did: 'did:plc:strangeraaaaaaaaaaaaaaaa', operation: 'create', collection: 'app.bsky.feed.post', rkey: '3k4duaz5vfs2b', cid: 'bafyreia', record: {} }), 50);
    return new FedJetstream(double, socket, murmur);
  }

  get address(): string {
    return this.double.address;
  }

  async stop(): Promise<void> {
    clearInterval(this.murmur);
    this.socket.close();
    await this.double.stop();
  }
}
