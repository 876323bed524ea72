import { deriveSecret } from '@earshot/core/config';
import { SecretKeys } from '@earshot/core/plugins';

const currentKey = 1;

/** The keys by which the accounts' secrets are sealed. */
export const accountSecretKeys = (installationKey: Buffer): SecretKeys =>
  new SecretKeys(currentKey, new Map([[currentKey, Buffer.from(deriveSecret(installationKey, 'account-secrets'), 'base64url')]]));
