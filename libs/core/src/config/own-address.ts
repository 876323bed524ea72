import type { Config } from './config.js';

/** Where we are reached: as settings say, else where we listen; undefined where that is not known before we do. */
export const ownAddress = ({ publicUrl, host, port }: Config['http']): string | undefined => {
  if (publicUrl !== undefined) return publicUrl;
  return port === 0 ? undefined : `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
};
