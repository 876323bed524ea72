import { createHmac } from 'node:crypto';

/**
 * Keyed hashes by which we know again what must not come in, without keeping its name.
 * The key is the installation's: without it the hashes tell nothing, and a restored backup still knows them.
 */
export class Suppression {
  constructor(private readonly key: Buffer | string) {}

  profile(network: string, remoteId: string): Buffer {
    return this.hash('profile', network, remoteId);
  }

  post(network: string, remoteId: string): Buffer {
    return this.hash('post', network, remoteId);
  }

  private hash(kind: string, network: string, remoteId: string): Buffer {
    return createHmac('sha256', this.key).update(`${kind}\0${network}\0${remoteId}`).digest();
  }
}
