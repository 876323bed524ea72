/** Who must know, in this process, that follows changed. Other processes learn it by the hint of kind `follow-list`. */
export abstract class FollowChanges {
  /** After the commit. The accounts whose plans may have changed; none where only what is said of follows, or searches, changed. */
  abstract changed(accountIds: readonly string[]): Promise<void> | void;
}
