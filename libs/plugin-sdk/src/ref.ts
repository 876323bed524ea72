/**
 * Names one post or one profile on one network.
 *
 * At least one of `id` and `local` is there. Two refs mean the same thing when their `network` and `id` are equal; where one of
 * them has no `id`, when `network` and `local` are equal. The host keeps both names once it has seen them together, so a source
 * gives whatever it was told and never asks the network only to complete a ref.
 */
export interface Ref {
  /** One of the plugin's declared {@link Plugin.networks}: the namespace of `id`, such as `fediverse`. */
  readonly network: string;
  /** The network's global id, the same whichever server is asked: an ActivityPub uri, an at-uri, a feed entry's guid. */
  readonly id?: string;
  /** One server's own name for it: needed to reply, and for deletions that name nothing else. */
  readonly local?: {
    /** Host name of that server, with a port where it is not the usual one. */
    readonly host: string;
    readonly id: string;
  };
}
