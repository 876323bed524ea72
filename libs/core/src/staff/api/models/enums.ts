import { enumOf } from '../../../graphql/index.js';
import type { Actor, Role, TokenScope } from '../../actor.js';

export const RoleEnum = enumOf<Role>('Role', 'What somebody may do at a library and below it.', {
  administrator: 'Everything a librarian may, and staff, tokens, service area and accounts.',
  librarian: 'Reads, follows, triages, drafts, approves and sends.',
  observer: 'Reads.',
});

export const TokenScopeEnum = enumOf<TokenScope>('TokenScope', 'What a token may do, within its role.', {
  read: 'Queries and subscriptions.',
  triage: 'Claim, assign, snooze, close, tag, note, mark.',
  follow: 'Follow lists and follows.',
  draft: 'Draft replies. No token approves one.',
  administer: 'Libraries, service areas and accounts. No token makes staff or tokens.',
});

export const ActorKindEnum = enumOf<Actor['kind']>('ActorKind', 'What kind of actor somebody is.', {
  person: 'A member of staff.',
  token: 'A program.',
  system: "Earshot's own work for a library.",
});
