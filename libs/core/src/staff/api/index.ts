export { ActorLoader } from './actor.loader.js';
export { ActorModel } from './models/actor.model.js';
export { AuditEntryModel } from './models/audit-entry.model.js';
export { RoleEnum } from './models/enums.js';
export { LibraryRoleModel, PersonModel } from './models/person.model.js';
export { TokenModel } from './models/token.model.js';
export { messagePage, pageHeaders } from './pages/page.js';
export { StaffApiModule } from './staff-api.module.js';
