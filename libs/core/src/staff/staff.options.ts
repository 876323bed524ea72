/** What sign-in needs to know of the installation. The token by which it is injected, too. */
export abstract class StaffOptions {
  /** The origin that people type, without a slash at its end. Undefined: whatever address they reach us by. Beginning with https, cookies are Secure. */
  abstract readonly publicUrl: string | undefined;
  /** How long a session lasts without use. */
  abstract readonly sessionHours: number;
}
