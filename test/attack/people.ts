import { newSecretText, type Role, type TokenScope, tokenScopes } from '@earshot/core/staff';
import { newId } from '../../libs/core/src/database/ids.js';
import type { Caller } from '../garbage/office.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import { sessionOf } from '../support/whole-app.js';

/** Somebody who signs in, and how. */
export interface Somebody {
  readonly id: string;
  readonly caller: Caller;
}

const signedIn = async (scene: Scene, id: string): Promise<Somebody> => {
  const session = await sessionOf(scene, id);
  // As long as it lasts at all: using it does not prolong it, so that who is refused leaves everything as it was.
  await scene.query(`update session set expires_at = now() + interval '12 hours' where actor_id = $1`, [id]);
  return { id, caller: { ...session, 'x-earshot': '1' } };
};

export const personAt = async (scene: Scene, at: SceneLibrary, role: Role): Promise<Somebody> => signedIn(scene, await scene.person(at, role));

/** A program whose role is `role` at `at`. */
export const programAt = async (scene: Scene, at: SceneLibrary, by: string, role: Role, scopes: readonly TokenScope[] = tokenScopes): Promise<Somebody> => {
  const [secret, id] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [id]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, $4, $5, now() + interval '1 hour')`, [id, at.id, secret.hash, scopes, by]);
  await scene.role(id, at, role);
  return { id, caller: { authorization: `Bearer ${secret.text}` } };
};

const bearer = (secret: string): Caller => ({ authorization: `Bearer ${secret}` });

/** A session of another client than a browser. */
const clientAt = async (scene: Scene, person: string): Promise<{ readonly session: string; readonly secret: string }> => {
  const [secret, session] = [newSecretText('eas_'), newId()];
  await scene.query(`insert into session(id, actor_id, hash, kind, client, expires_at) values ($1, $2, $3, 'client', 'a client', now() + interval '1 hour')`, [session, person, secret.hash]);
  return { session, secret: secret.text };
};

/** Whoever has no business here any more, or never had, by what they come with. All were administrators of this library. */
export const nobodies = async (scene: Scene, at: SceneLibrary): Promise<Readonly<Record<string, Caller>>> => {
  const [revoked, expired, deactivated, holds] = [await personAt(scene, at, 'administrator'), await personAt(scene, at, 'administrator'), await personAt(scene, at, 'administrator'), await personAt(scene, at, 'administrator')];
  const [revokedToken, expiredToken, orphan] = [await programAt(scene, at, holds.id, 'administrator'), await programAt(scene, at, holds.id, 'administrator'), await programAt(scene, at, holds.id, 'administrator')];
  await scene.query('update session set revoked_at = now() where actor_id = $1', [revoked.id]);
  await scene.query(`update session set expires_at = now() - interval '1 second' where actor_id = $1`, [expired.id]);
  await scene.query('update actor set deactivated_at = now() where id = any($1)', [[deactivated.id, orphan.id]]);
  await scene.query('update token set revoked_at = now() where actor_id = $1', [revokedToken.id]);
  await scene.query(`update token set expires_at = now() - interval '1 second' where actor_id = $1`, [expiredToken.id]);
  const clients = { holds: await clientAt(scene, holds.id), revoked: await clientAt(scene, revoked.id), expired: await clientAt(scene, expired.id), deactivated: await clientAt(scene, deactivated.id) };
  await scene.query('update session set revoked_at = now() where id = $1', [clients.revoked.session]);
  await scene.query(`update session set expires_at = now() - interval '1 second' where id = $1`, [clients.expired.session]);
  const { cookie } = holds.caller as { readonly cookie: string };
  return {
    'nobody': {},
    'nobody, with our header': { 'x-earshot': '1' },
    'a session that nobody has': { cookie: 'earshot=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x-earshot': '1' },
    'a session that was revoked': revoked.caller,
    'a session that expired': expired.caller,
    'a session of somebody who was deactivated': deactivated.caller,
    'a session without our header, as another site sends it': { cookie },
    'a session from another site': { cookie, 'x-earshot': '1', origin: 'https://evil.example' },
    'a client’s session that nobody has': bearer('eas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    'a client’s session that was revoked': bearer(clients.revoked.secret),
    'a client’s session that expired': bearer(clients.expired.secret),
    'a client’s session of somebody who was deactivated': bearer(clients.deactivated.secret),
    'a client’s session as a cookie': { cookie: `earshot=${clients.holds.secret}`, 'x-earshot': '1' },
    'a browser’s session as a bearer': bearer(/earshot=([^;]+)/u.exec(cookie)?.[1] ?? ''),
    'a token that nobody has': { authorization: 'Bearer ear_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    'a token that was revoked': revokedToken.caller,
    'a token that expired': expiredToken.caller,
    'a token that was deactivated': orphan.caller,
    'a session behind a token that does not hold': { ...revokedToken.caller, ...holds.caller },
    'a password instead of a token': { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
  };
};
