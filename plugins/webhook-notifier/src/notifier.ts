import type { Notifier } from '@earshot/plugin-sdk';
import { errorOfStatus } from './remote-errors.js';
import type { NotifierCtx } from './settings.js';
import { signedHeaders } from './sign.js';

/** Posts each notice to one address. The program there knows by the id, which is the notice's key, what it was told before. */
export const webhookNotifier: Notifier<NotifierCtx> = {
  notify: async ({ title, body, link, key }, ctx) => {
    const [url, now] = [new URL(ctx.settings.url), ctx.now()];
    const message = JSON.stringify({ type: 'notice', timestamp: now.toISOString(), data: { title, body, link: link.href } });
    // Redirected, it would be told to whom nobody chose.
    const response = await ctx.fetch(url, {
      method: 'POST', redirect: 'manual', signal: ctx.abort, headers: signedHeaders(ctx.secrets.read().secret, { id: key, at: now, body: message }), body: message,
    });
    await response.body?.cancel();
    if (response.status < 200 || response.status > 299) throw errorOfStatus(response.status, response.headers, url.host, now);
  },
};
