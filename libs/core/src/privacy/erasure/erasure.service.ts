import { Database, newId, type Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { writtenId } from '../../follows/index.js';
import { type Actor, Permissions, type Needed } from '../../staff/index.js';
import { Classifiers, effectsOf } from '../../understanding/index.js';
import { quotesOf } from '../forgetting/quotes.js';
import { Suppression } from '../suppression.js';
import { register } from '../register/register.js';
import { type ErasureCounts, type Erasing, beginErasing, endErasing, eraseSome, hashesOf, maskSomeMentions, recordErasure, redactSome, saidBy, suppress } from './erase-person.js';
import { knownOf } from './known-of.js';
import { type Person, isNamed, isNotErased, mostMatches, personById, personColumns } from './person-of.js';
import { type SuppressedHash, SuppressionJournal } from './suppression-file.js';

export interface ErasureReceipt {
  readonly id: string;
  readonly at: Date;
  readonly counts: ErasureCounts;
}

/** So many rows of a table of the register are theirs, or stand around what they said and are looked through. */
export interface HeldRows {
  readonly table: string;
  readonly rows: number;
}

const nobody = (): PlatformError => new PlatformError('NOT_FOUND', 'There is no such profile.', 'profileId');
const needed: Needed = { scope: 'administer', role: 'administrator', person: true };

/**
 * Erases people, and hands out what is known of them. For administrators of every consortium that hears the person: there is one copy of what
 * was said in public, and it goes everywhere. Whoever acts at the terminal (`undefined`) holds the database already and is asked for no role.
 *
 * An erasure goes in portions, so that it holds up nobody, in an order by which it can be broken off anywhere: nothing of theirs comes in
 * any more and their name is shown nowhere; what staff wrote of them goes; what they said goes, a conversation at once, with what was made of
 * it; their names go from what others said; last, in one transaction, their follows end, the network's name for them goes and the receipt is
 * there. Until then the person can be found, and erased again: what is left is found, and the next start does so by itself.
 *
 * Their keyed hashes stay, in the database and in a journal beside it: the next reading, an import, a database restored from a backup
 * bring nothing of them back.
 */
export class ErasureService {
  constructor(
    private readonly database: Database,
    private readonly suppression: Suppression,
    private readonly journal: SuppressionJournal,
    private readonly classifiers: Classifiers,
    private readonly permissions: Permissions,
  ) {}

  /** Everybody whom this handle or address names, of those whom the actor's libraries hear. */
  async find(actor: Actor | undefined, text: string): Promise<readonly Person[]> {
    const named = text.trim();
    if (named === '' || named.length > 2_000 || named.includes('\0')) throw new PlatformError('BAD_INPUT', 'Give a handle, or the address of a profile or of a post.', 'text');
    const found = await this.database.keeping((tx) => tx.query<Person>(`select ${personColumns} from profile r where ${isNamed} order by r.network, r.handle limit ${mostMatches}`, [named]));
    if (actor === undefined || found.length === 0) return found;
    const heard = await this.database.as(actor.id, (tx) => tx.query<{ id: string }>('select id from heard_profile where id = any($1::uuid[])', [found.map(({ id }) => id)]));
    return found.filter(({ id }) => heard.some((each) => each.id === id));
  }

  /** What an erasure would reach, table by table. */
  preview(actor: Actor | undefined, profileId: string): Promise<readonly HeldRows[]> {
    return this.with(actor, profileId, async (tx, person) => {
      const posts = (await tx.query<{ id: string }>('select id from post where author_id = $1', [person.id])).map(({ id }) => id);
      const held: HeldRows[] = [];
      for (const { table, ofPosts, ofProfiles } of register) {
        const [row] = await tx.query<{ rows: number }>(`select count(*)::int as rows from ${table} t where ${ofPosts ?? ofProfiles}`, [ofPosts === undefined ? [person.id] : posts]);
        held.push({ table, rows: row?.rows ?? 0 });
      }
      return held;
    });
  }

  /** Cannot be undone. @throws PlatformError CONFLICT for an account of a library itself. */
  async erase(actor: Actor | undefined, profileId: string): Promise<ErasureReceipt> {
    const receipt = await this.eraseWhole(actor, profileId);
    if (receipt === undefined) throw nobody();
    return receipt;
  }

  /** In portions, each a transaction; see the class. Undefined: another erasure of the same person was faster. */
  private async eraseWhole(actor: Actor | undefined, profileId: string): Promise<ErasureReceipt | undefined> {
    const [erasing, { person, libraries, hashes }] = [{ suppression: this.suppression, labels: effectsOf(this.classifiers.list()) }, await this.toErase(actor, profileId)];
    // Written down first: should the erasure fail, the next start finds the hashes and carries it out.
    await this.journal.append(hashes);
    await this.database.keeping((tx) => beginErasing(tx, person, erasing));
    const done = { mentions: 0, redacted: 0, withdrawn: 0 };
    await this.eraseAround(person, erasing, done);
    return this.database.keeping(async (tx) => {
      const last = await endErasing(tx, person, erasing);
      if (last === undefined) return undefined;
      const counts = { ...done, ...last, redacted: done.redacted + last.redacted };
      return { ...(await recordErasure(tx, { profileId: person.id, libraries, byActor: actor?.id, counts })), counts };
    });
  }

  private toErase(actor: Actor | undefined, profileId: string): Promise<{ readonly person: Person; readonly libraries: readonly string[]; readonly hashes: readonly SuppressedHash[] }> {
    return this.with(actor, profileId, async (tx, person, libraries) => {
      const [ours] = await tx.query<{ name: string }>('select name from account where profile_id = $1 and removed_at is null', [person.id]);
      if (ours !== undefined) throw new PlatformError('CONFLICT', `This is the account "${ours.name}" of a library here. Remove the account first.`);
      return { person, libraries, hashes: await hashesOf(tx, person, this.suppression) };
    });
  }

  /** What staff wrote first, while all that could be quoted is there to compare with; then their posts, then their names elsewhere. */
  private async eraseAround(person: Person, erasing: Erasing, done: { mentions: number; redacted: number; withdrawn: number }): Promise<void> {
    const said = (after?: string) => this.database.keeping((tx) => saidBy(tx, person, after));
    let some = await said();
    do {
      done.redacted += await this.redact(person, quotesOf(some.texts));
      some = some.to === undefined ? some : await said(some.to);
    } while (some.to !== undefined);
    for (let posts = 1; posts > 0; ) {
      const erased = await this.database.keeping((tx) => eraseSome(tx, person, erasing));
      posts = erased.posts;
      for (const key of ['mentions', 'redacted', 'withdrawn'] as const) done[key] += erased[key];
    }
    for (let at: string | undefined, isMore = true; isMore; ) {
      const masked = await this.database.keeping((tx) => maskSomeMentions(tx, person, at));
      done.mentions += masked.mentions;
      at = masked.to;
      isMore = at !== undefined;
    }
  }

  private async redact(person: Person, withoutWords: (written: string) => string): Promise<number> {
    let redacted = 0;
    for (let at: Awaited<ReturnType<typeof redactSome>>['to'], isMore = true; isMore; ) {
      const some = await this.database.keeping((tx) => redactSome(tx, person, withoutWords, at));
      redacted += some.redacted;
      at = some.to;
      isMore = at !== undefined;
    }
    return redacted;
  }

  /** Everything that is stored of a person and about them, from the register. The staff's texts among it may speak of others: read it before you hand it out. */
  known(actor: Actor | undefined, profileId: string): Promise<object> {
    return this.with(actor, profileId, async (tx, person, libraries) => {
      for (const library of libraries)
        await tx.query(`insert into audit(id, library_id, actor_id, action, subject_kind, subject_id) values ($1, $2, $3, 'profile.exported', 'profile', $4)`, [newId(), library, actor?.id ?? null, person.id]);
      return knownOf(tx, person);
    });
  }

  /**
   * After a start: whoever was erased by what the journal knows, and stands in this database still, is erased again; what a crash left of an
   * erasure is carried out; what the database knows and the journal does not is written into it. Answers with how many people were erased.
   */
  async reapply(): Promise<number> {
    const journal = await this.journal.read();
    const stored = await this.database.keeping((tx) => tx.query<{ kind: 'profile' | 'post'; hash: Buffer }>(`select kind, hash from suppression where kind in ('profile', 'post') and until is null`));
    const [written, known] = [new Set(journal.map(({ hash }) => hash.toString('hex'))), new Set(stored.map(({ hash }) => hash.toString('hex')))];
    await this.journal.append(stored.filter(({ hash }) => !written.has(hash.toString('hex'))));
    const missing = journal.filter(({ hash }) => !known.has(hash.toString('hex')));
    const hashes = new Set(missing.map(({ hash }) => hash.toString('hex')));
    const people = await this.database.keeping((tx) =>
      tx.query<Person & { begun: boolean }>(`select ${personColumns}, r.gone_why is not distinct from 'erased' as begun from profile r where ${isNotErased} ${missing.length === 0 ? `and r.gone_why = 'erased'` : ''} order by r.id`));
    const back = people.filter((person) => person.begun || [person.remoteId, ...person.otherNames].some((name) => hashes.has(this.suppression.profile(person.network, name).toString('hex'))));
    for (const person of back) await this.eraseWhole(undefined, person.id);
    await this.database.keeping((tx) => suppress(tx, missing));
    return back.length;
  }

  /** One person, in a transaction of the keeper, with the libraries that hear them. */
  private async with<T>(actor: Actor | undefined, profileId: string, work: (tx: Tx, person: Person, libraries: readonly string[]) => Promise<T>): Promise<T> {
    const id = writtenId(profileId, 'profileId');
    return this.database.keeping(async (tx) => {
      const person = await personById(tx, id);
      const libraries = await tx.query<{ id: string; root_id: string; mine: boolean }>(
        `select l.id, l.root_id, s.role = 'administrator' as mine from library l left join actor_scope s on s.library_id = l.root_id and s.actor_id = $2
         where exists (select 1 from conversation c join post p using (thread_id) where c.library_id = l.id and p.author_id = $1)
            or exists (select 1 from do_not_list d where d.library_id = l.id and d.profile_id = $1)`, [id, actor?.id ?? null]);
      if (actor !== undefined) this.allow(actor, libraries);
      if (person === undefined) throw nobody();
      return work(tx, person, libraries.map((library) => library.id));
    });
  }

  private allow(actor: Actor, libraries: readonly { readonly mine: boolean | null }[]): void {
    this.permissions.requireKind(actor, needed);
    if (!libraries.some(({ mine }) => mine === true)) throw nobody();
    if (!libraries.every(({ mine }) => mine === true))
      throw new PlatformError('FORBIDDEN', 'Libraries of another consortium hear this person as well. Whoever administers the machine can erase them: earshot erase.');
  }
}
