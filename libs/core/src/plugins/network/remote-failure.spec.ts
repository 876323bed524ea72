import { describe, expect, it } from '@jest/globals';
import { remoteFailure } from './remote-failure.js';

const failed = (code: string): unknown => remoteFailure(new TypeError('fetch failed', { cause: Object.assign(new Error('tls'), { code }) }), 'town.example', new AbortController().signal);

describe('what a certificate is refused for', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'town.example shows a certificate that has expired: whoever runs it has to renew it.'],
    ['CERT_NOT_YET_VALID', 'town.example shows a certificate that does not hold yet: is the clock of this machine right?'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'town.example shows a certificate that nobody vouches for: whoever runs it needs one by a known authority.'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'town.example shows the certificate of another host: check its address, or tell whoever runs it.'],
  ])('%s says what to do', (code, message) => {
    expect(failed(code)).toMatchObject({ name: 'RemoteError', kind: 'unreachable', message, facts: { host: 'town.example' } });
  });
});
