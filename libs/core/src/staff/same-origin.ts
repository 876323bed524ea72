import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import { StaffOptions } from './staff.options.js';

/** Goes on every request that a cookie signs, but for those of our own forms: another site's form cannot send it, and its scripts would have to ask first. */
export const ownHeader = 'x-earshot';

/** Tells requests that our own pages and programs make from those that another site lets a visitor's browser make. */
@Injectable()
export class SameOrigin {
  constructor(private readonly options: StaffOptions) {}

  /** For requests with a cookie from scripts. @throws PlatformError FORBIDDEN */
  requireOwnScript(headers: IncomingHttpHeaders): void {
    if (headers[ownHeader] === undefined)
      throw new PlatformError('FORBIDDEN', `A request that is signed by the session's cookie carries the header "${ownHeader}" (any value). Programs use a token instead.`);
    if (headers.origin !== undefined && !this.isOwn(headers)) throw new PlatformError('FORBIDDEN', 'This request came from another site.');
  }

  /** For forms and sockets: browsers always name the origin of those. @throws PlatformError FORBIDDEN */
  requireOwnOrigin(headers: IncomingHttpHeaders): void {
    if (!this.isOwn(headers)) throw new PlatformError('FORBIDDEN', 'This request came from another site, or the browser hides from which. Open the page anew and try again.');
  }

  private isOwn({ origin, host }: IncomingHttpHeaders): boolean {
    if (origin === undefined) return false;
    if (origin === this.options.publicUrl) return true;
    return this.options.publicUrl === undefined && host !== undefined && URL.parse(origin)?.host === host;
  }
}
