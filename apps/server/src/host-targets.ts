import { type FollowableProfile, type FollowableTarget, TargetResolver } from '@earshot/core/follows';
import { PluginHost } from '@earshot/core/plugins';
import type { Profile, Ref } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';

/** A profile's name as a target: its global id; where a network has none, one host's name for it. */
const keyOf = (ref: Ref): string => ref.id ?? `${ref.local?.host ?? ''}/${ref.local?.id ?? ''}`;

/** What could be followed, as the accounts' plugins tell it. */
@Injectable()
export class HostTargets extends TargetResolver {
  constructor(private readonly host: PluginHost) {
    super();
  }

  resolve(accountId: string, text: string): Promise<readonly FollowableTarget[]> {
    return this.host.resolve(accountId, text);
  }

  networks(accountId: string): Promise<readonly string[]> {
    return this.host.networks(accountId);
  }

  async profiles(accountId: string, keys: readonly { readonly network: string; readonly key: string }[]): Promise<readonly FollowableProfile[]> {
    const found: FollowableProfile[] = [];
    for await (const { events } of this.host.fetch(accountId, { profiles: keys.map(({ network, key }) => ({ network, id: key })) })) {
      for (const event of events) {
        if (event.kind === 'profile') found.push(followable(event.profile));
        if (event.kind === 'profile-gone') found.push({ key: keyOf(event.ref), label: keyOf(event.ref), refusals: [], gone: event.why });
      }
    }
    return found;
  }
}

const followable = ({ ref, name, handle, url, bio, refusals, movedTo }: Profile): FollowableProfile => ({
  key: keyOf(ref),
  label: name === undefined ? handle : `${name} (${handle})`,
  refusals,
  described: { handle, ...(url === undefined ? {} : { url }), ...(bio === undefined ? {} : { bio }) },
  ...(movedTo === undefined ? {} : { movedTo: { network: movedTo.network, key: keyOf(movedTo) } }),
});
