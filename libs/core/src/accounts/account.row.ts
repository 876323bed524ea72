export const accountHealths = ['new', 'well', 'troubled', 'sign-in-again', 'failed'] as const;
export type AccountHealthState = (typeof accountHealths)[number];

/** An account of a library at a network. Its own library sets it up; that library and all below it hear by it. */
export interface AccountRow {
  readonly id: string;
  readonly libraryId: string;
  readonly plugin: string;
  readonly name: string;
  /** As they were given: the plugin's schema reads them again whenever it is opened. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly state: 'on' | 'off';
  readonly health: AccountHealthState;
  readonly healthWords: string | null;
  readonly healthSince: Date;
  readonly profileId: string | null;
  readonly allowedAddresses: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string | null;
  readonly removedAt: Date | null;
  readonly waiting: number | null;
  readonly waitingUrl: string | null;
  readonly waitingAt: Date | null;
}

/** The columns of an {@link AccountRow} of `account a`. */
export const accountColumns = `a.id, a.library_id as "libraryId", a.plugin, a.name, a.settings, a.state, a.health, a.health_words as "healthWords", a.health_since as "healthSince",
  a.profile_id as "profileId", a.allowed_addresses as "allowedAddresses", a.created_at as "createdAt", a.created_by as "createdBy", a.removed_at as "removedAt", a.waiting, a.waiting_url as "waitingUrl", a.waiting_at as "waitingAt"`;
