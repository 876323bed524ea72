export { type Actor, type Authority, reaches, type Role, roles, type TokenScope, tokenScopes } from './actor.js';
export { ActorResolver } from './actor-resolver.js';
export { type Needed, Permissions, type Queryable } from './permissions.js';
export { ownHeader, SameOrigin } from './same-origin.js';
export { hashOf, newSecretText, type SecretText } from './secret-text.js';
export { StaffModule } from './staff.module.js';
export { StaffOptions } from './staff.options.js';
