export type { PluginChoice } from './config-file.js';
export type { Config } from './config.js';
export { describeSettings, type SettingDescription } from './describe-settings.js';
export { deriveSecret, loadInstallationKey } from './installation-key.js';
export { ownAddress } from './own-address.js';
export { parsePrivateAddress, type PrivateAddress } from './private-address.js';
export { readConfig, type ConfigFiles, type Environment } from './read-config.js';
export { Secret } from './secret.js';
export type { LogLevel, Role, SettingGroup, SettingName } from './settings.js';
