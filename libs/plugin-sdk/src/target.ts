/** Something that can be followed on a network, as {@link Source.resolve} found it. */
export interface Target {
  readonly kind: 'profile' | 'hashtag' | 'feed' | 'list' | 'search' | 'timeline' | 'mentions';
  /** Names it for ever within (plugin, kind), so that the same thing followed twice is one target: a global id, an address, a folded tag. */
  readonly key: string;
  /** What staff read: `@paper@town.social`. It may change. */
  readonly label: string;
}
