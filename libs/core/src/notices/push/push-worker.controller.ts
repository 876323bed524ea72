import { fileURLToPath } from 'node:url';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';

const file = fileURLToPath(new URL('./push-worker.mjs', import.meta.url));

/** What a browser that subscribes runs, also while nobody is signed in there. It loads nothing, and asks nobody. */
@Controller('push-worker.js')
export class PushWorkerController {
  @Get()
  async serve(@Res() response: Response): Promise<void> {
    response.set({ 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }).type('text/javascript');
    await new Promise<void>((resolve, reject) => response.sendFile(file, { dotfiles: 'allow', cacheControl: false }, (error?: Error) => (error ? reject(error) : resolve())));
  }
}
