export { accountSecretKeys } from './account-secret-keys.js';
export { followSource } from './follow-source.js';
export { loadInstalledPlugins } from './load-installed-plugins.js';
export { atPrivacyDesk, type PrivacyDesk } from './privacy-desk.js';
export { signInAccount, type SignInOptions } from './sign-in-account.js';
export { importArchive, type ImportEnd, type ImportWatch, type ImportWish } from './import-archive.js';
export { joinDatabase, startDatabase, type DatabaseSurroundings, type StartedDatabase } from './start-database.js';
export { startServer, type RunningServer, type ServerOptions } from './start-server.js';
export { type FollowListsAtHand, withFollowLists } from './follow-lists.js';
