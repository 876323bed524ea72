import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.js';

describe('describeSettings', () => {
  it('says of every setting what it is, what it may be and what holds without it', () => {
    const all = describeSettings();
    for (const setting of all) {
      expect(setting.description).toMatch(/\.$/);
      expect(setting.allowed).not.toBe('');
      expect(setting.default).not.toMatch(/^(|undefined)$/);
    }
    expect(all.find(({ name }) => name === 'EARSHOT_PORT')).toMatchObject({ group: 'server', secret: false, default: '3420' });
    expect(all.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(['EARSHOT_KEY', 'DATABASE_URL', 'EARSHOT_APP_DATABASE_URL', 'EARSHOT_SMTP_URL', 'EARSHOT_HEARTBEAT_URL', 'EARSHOT_METRICS_TOKEN']);
  });
});
