import { registerEnumType } from '@nestjs/graphql';
import type { Actor, Role, TokenScope } from '../../actor.js';

export const RoleEnum: Record<Role, Role> = { administrator: 'administrator', librarian: 'librarian', observer: 'observer' };
registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What somebody may do at a library and below it.',
  valuesMap: {
    administrator: { description: 'Everything a librarian may, and staff, tokens, service area and accounts.' },
    librarian: { description: 'Reads, follows, triages, drafts, approves and sends.' },
    observer: { description: 'Reads.' },
  },
});

export const TokenScopeEnum: Record<TokenScope, TokenScope> = { read: 'read', triage: 'triage', follow: 'follow', draft: 'draft', administer: 'administer' };
registerEnumType(TokenScopeEnum, {
  name: 'TokenScope',
  description: 'What a token may do, within its role.',
  valuesMap: {
    read: { description: 'Queries and subscriptions.' },
    triage: { description: 'Claim, assign, snooze, close, tag, note, mark.' },
    follow: { description: 'Follow lists and follows.' },
    draft: { description: 'Draft replies. No token approves one.' },
    administer: { description: 'Libraries, service areas and accounts. No token makes staff or tokens.' },
  },
});

export const ActorKindEnum: Record<Actor['kind'], Actor['kind']> = { person: 'person', token: 'token', system: 'system' };
registerEnumType(ActorKindEnum, {
  name: 'ActorKind',
  description: 'What kind of actor somebody is.',
  valuesMap: { person: { description: 'A member of staff.' }, token: { description: 'A program.' }, system: { description: "Earshot's own work for a library." } },
});
