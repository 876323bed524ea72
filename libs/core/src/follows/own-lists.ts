import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { DoNotList, type DoNotTarget, type ListedAuthor, type ListedEntry, listedAuthor, Suppression } from '../privacy/consent/index.js';
import { type EntryRefusal, type FollowTarget, type FoundEntry, isSomebody } from './found-entry.js';

const lift = 'Leave them out, or lift that entry first.';
const listed: Readonly<Record<DoNotTarget, EntryRefusal>> = {
  profile: { why: 'This person is on the list of whom the library does not hear.', cure: lift },
  host: { why: 'Their server is on the list of whom the library does not hear.', cure: lift },
  'bio-word': { why: 'A word that they say of themselves is on the list of whom the library does not hear.', cure: lift },
};
const erased: EntryRefusal = { why: 'This person was erased here, and nothing of theirs comes in again.', cure: 'Leave them out.' };

/** Somebody to follow, by number: that of a line, say. */
export interface Named extends Pick<FollowTarget, 'network' | 'key' | 'label'> {
  readonly number: number;
}

/**
 * Whom our own lists keep out: whom the library of a follow list, or one above it, does not hear, and who was erased. Every method belongs into the
 * transaction that writes by its answer: an erasure waits until that ended, and then finds what was written.
 */
@Injectable()
export class OwnLists {
  constructor(private readonly suppression: Suppression) {}

  /** What was found, with whoever is kept out refused. */
  async refuse<Found extends FoundEntry>(tx: Tx, libraryId: string, found: readonly Found[]): Promise<readonly Found[]> {
    const people = found.map(peopleOf);
    if (people.every((each) => each.length === 0)) return found;
    const refusal = await this.asker(tx, await holdingFor(tx, libraryId), people.flat());
    return found.map((each, index) => {
      const refused = people[index]?.map(refusal).find((because) => because !== undefined);
      return refused === undefined ? each : { ...each, targets: [], accountId: null, refused };
    });
  }

  /** Why these are kept out, by their numbers, as far as the network's name and what is stored of them tell: nobody is asked. */
  async keptOut(tx: Tx, libraryId: string, named: readonly Named[]): Promise<ReadonlyMap<number, EntryRefusal>> {
    if (named.length === 0) return new Map();
    const entries = await holdingFor(tx, libraryId);
    const bios = entries.some(({ target }) => target === 'bio-word') ? await storedBios(tx, named) : new Map<string, string>();
    const people = named.map(({ network, key, label }) => listedAuthor({ network }, key, { handle: label, bio: bios.get(`${network}\0${key}`) ?? null }));
    const refusal = await this.asker(tx, entries, people);
    return new Map(named.flatMap(({ number }, index) => {
      const because = refusal(people[index] as ListedAuthor);
      return because === undefined ? [] : [[number, because] as const];
    }));
  }

  private async asker(tx: Tx, entries: readonly ListedEntry[], people: readonly ListedAuthor[]): Promise<(person: ListedAuthor) => EntryRefusal | undefined> {
    const [list, line] = [new DoNotList(entries, 'hear'), [...new Set(entries.map(({ libraryId }) => libraryId))]];
    const hashes = new Map(people.map((person) => [person, this.suppression.profile(person.network, person.remoteId)] as const));
    const found = await tx.query<{ hash: Buffer }>('select hash from suppressed_now($1::bytea[]) where for_ever', [[...hashes.values()]]);
    const gone = new Set(found.map(({ hash }) => hash.toString('hex')));
    return (person) => {
      if (gone.has(hashes.get(person)?.toString('hex') ?? '')) return erased;
      const by = list.listed(line, person);
      return by === undefined ? undefined : listed[by];
    };
  }
}

/** Everybody whom an entry names, with each account that they moved from. */
const peopleOf = ({ targets, described = [] }: FoundEntry): readonly ListedAuthor[] => {
  const [target, ...more] = targets;
  if (target === undefined || more.length > 0 || !isSomebody(target)) return described;
  return [...described, listedAuthor({ network: target.network }, target.key, { handle: target.label })];
};

/** What a library and those above it list, in a transaction of somebody who acts there. */
const holdingFor = (tx: Tx, libraryId: string): Promise<readonly ListedEntry[]> =>
  tx.query<ListedEntry>(
    `select d.library_id as "libraryId", d.act, d.target, d.value, p.network, p.remote_id as "remoteId" from do_not_list d left join heard_profile p on p.id = d.profile_id
     where d.lifted_at is null and d.act = 'hear' and d.library_id in (select ancestor_id from library_line where library_id = $1)`, [libraryId]);

const storedBios = async (tx: Tx, named: readonly Named[]): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ network: string; key: string; bio: string }>(
    `select p.network, p.remote_id as key, p.bio from unnest($1::text[], $2::text[]) as t(network, remote_id) join heard_profile p using (network, remote_id) where p.bio is not null`,
    [named.map(({ network }) => network), named.map(({ key }) => key)]);
  return new Map(rows.map(({ network, key, bio }) => [`${network}\0${key}`, bio]));
};
