import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HealthOptions } from '../health.options.js';
import { contentType } from './exposition.js';
import { Metrics } from './metrics.js';
import { hashOf } from '../../staff/index.js';

/** For Prometheus and its like: with the token of the settings, and not at all where there is none. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics, private readonly options: HealthOptions) {}

  @Get()
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.set('cache-control', 'no-store');
    const token = this.options.metricsToken?.reveal();
    if (token === undefined) return void response.status(404).type('text').send('There are no metrics here.\n');
    if (!isToken(request.headers.authorization, token)) return void response.status(401).set('www-authenticate', 'Bearer').type('text').send('Show the token of EARSHOT_METRICS_TOKEN: "Authorization: Bearer …".\n');
    response.set('content-type', contentType).send(await this.metrics.page());
  }
}

/** Compared by their hashes, which are of one length and take one time. */
const isToken = (authorization: string | undefined, token: string): boolean => timingSafeEqual(hashOf(authorization?.replace(/^Bearer /i, '') ?? ''), hashOf(token));
