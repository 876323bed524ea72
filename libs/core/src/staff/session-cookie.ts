import { Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import { StaffOptions } from './staff.options.js';

/** How a session travels: one cookie, out of reach of scripts and of other sites' forms. */
@Injectable()
export class SessionCookie {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(private readonly options: StaffOptions) {
    this.secure = options.publicUrl?.startsWith('https:') ?? false;
    // The prefix makes browsers hold the cookie to this very host, and needs https.
    this.name = this.secure ? '__Host-earshot' : 'earshot';
  }

  read(header: string | undefined): string | undefined {
    return header === undefined ? undefined : parseCookie(header)[this.name];
  }

  set(secret: string): string {
    return this.write(secret, this.options.sessionHours * 3_600);
  }

  clear(): string {
    return this.write('', 0);
  }

  private write(value: string, maxAge: number): string {
    return stringifySetCookie({ name: this.name, value, path: '/', httpOnly: true, sameSite: 'lax', secure: this.secure, maxAge });
  }
}
