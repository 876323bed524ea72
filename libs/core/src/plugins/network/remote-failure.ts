import { RemoteError, isRemoteError } from '@earshot/plugin-sdk';
import { AddressRefused } from './address-guard.js';

const said: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'could not be looked up',
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection off',
  EPIPE: 'broke the connection off',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of its answer',
  UND_ERR_SOCKET: 'broke the connection off',
  UND_ERR_HEADERS_OVERFLOW: 'sent more headers than we read',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired: whoever runs it has to renew it',
  CERT_NOT_YET_VALID: 'shows a certificate that does not hold yet: is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that nobody vouches for: whoever runs it needs one by a known authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that nobody vouches for: whoever runs it needs one by a known authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that nobody vouches for: whoever runs it needs one by a known authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows the certificate of another host: check its address, or tell whoever runs it',
};

const causes = function* (error: unknown): Generator<unknown> {
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 6; at = (at as { cause?: unknown }).cause, depth++) {
    yield at;
    if (at instanceof AggregateError) yield* at.errors;
  }
};

/** Whether the other side closed a connection on which it had answered before: kept open, and given up. A host that answers nothing is away. */
export const isGivenUp = (error: unknown): boolean =>
  [...causes(error)].some((cause) => {
    const { code, socket } = cause as { readonly code?: unknown; readonly socket?: { readonly bytesRead?: number } | null };
    return code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0;
  });

/** What a request ended in, as a plugin may hear it: an abort stays an abort, anything else is a RemoteError. */
export const remoteFailure = (error: unknown, host: string, abort: AbortSignal): unknown => {
  if (abort.aborted) return abort.reason;
  for (const cause of causes(error)) {
    if (isRemoteError(cause)) return cause;
    if (cause instanceof AddressRefused) return new RemoteError('rejected', cause.message, { host, cause });
  }
  for (const cause of causes(error)) {
    const words = said[String((cause as { code?: unknown }).code)];
    if (words !== undefined) return new RemoteError('unreachable', `${host} ${words}${words.endsWith('?') ? '' : '.'}`, { host, cause: error });
  }
  return new RemoteError('unreachable', `${host} did not answer as it should.`, { host, cause: error });
};
