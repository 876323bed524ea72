import type { Person, Town, TownPost } from './town.schema.js';

/** One thing that reaches the library's ears at the town time `due`. `version` counts the edits that are already in. */
export type Happening =
  | { readonly due: number; readonly what: 'said'; readonly post: TownPost; readonly version: number }
  | { readonly due: number; readonly what: 'taken-back'; readonly post: TownPost }
  | { readonly due: number; readonly what: 'changed'; readonly person: Person }
  | { readonly due: number; readonly what: 'left'; readonly person: Person; readonly why: 'deleted' | 'blocked-us' };

/** When the library stops hearing a person, and why. Infinity for most. */
export const silence = (person: Person): { readonly from: number; readonly why: 'deleted' | 'blocked-us' } => {
  const gone = person.goneAfter ?? Infinity;
  const blocked = person.blocksUs?.after ?? Infinity;
  return blocked < gone ? { from: blocked, why: 'blocked-us' } : { from: gone, why: 'deleted' };
};

const ofPost = (post: TownPost): Happening[] => {
  // NOTE: what arrives late is heard late in all its versions: first the words, then the edits, then the deletion.
  const heard = post.arrives ?? post.at;
  return [
    { due: heard, what: 'said', post, version: 0 },
    ...post.edits.map((edit, i): Happening => ({ due: Math.max(heard, edit.at), what: 'said', post, version: i + 1 })),
    ...(post.deletedAt === undefined ? [] : [{ due: Math.max(heard, post.deletedAt), what: 'taken-back', post } as const]),
  ];
};

const ofPerson = (person: Person): Happening[] => {
  const { from, why } = silence(person);
  const changes = [...person.refusalsLater.map(({ after }) => after), ...(person.renamedLater === undefined ? [] : [person.renamedLater.after])];
  return [
    ...changes.filter((due) => due < from).map((due): Happening => ({ due, what: 'changed', person })),
    ...(from === Infinity ? [] : [{ due: from, what: 'left', person, why } as const]),
  ];
};

/**
 * All that the town's files let happen, in the order in which the library hears it.
 *
 * A person who left or blocked the library is not heard from that moment on. Of what falls on the same instant, people come before posts, and then the files' order holds.
 */
export const scriptOf = (town: Town): readonly Happening[] => {
  const unheard = new Map([...town.people.values()].map((person) => [person.id, silence(person).from]));
  const posts = [...town.posts.values()].flatMap((post) => ofPost(post).filter(({ due }) => due < (unheard.get(post.by) ?? Infinity)));
  return [...[...town.people.values()].flatMap(ofPerson), ...posts].sort((a, b) => a.due - b.due);
};
