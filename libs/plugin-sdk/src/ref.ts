/** A post or profile. `id` is the network's global id (ActivityPub uri, at-uri, feed guid); `local` is one host's name for it: needed to reply, and for deletions that name only it. */
export interface Ref { readonly network: string; readonly id?: string; readonly local?: { readonly host: string; readonly id: string } }

