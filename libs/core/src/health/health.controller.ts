import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Readiness } from './readiness.js';

/** For monitors, load balancers and service managers: without signing in, and so without anything that only some may know. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The event loop of this process turns: that it answers is the answer. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  /** 200 where this process can do what its roles are for, else 503 and why not. Within about two seconds, whatever hangs. */
  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
    const { ready, reasons, remarks } = await this.readiness.look();
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', ...(reasons.length === 0 ? {} : { reasons }), ...(remarks.length === 0 ? {} : { remarks }) };
  }
}
