import { libraryId, type Person, type TownPost } from './town.schema.js';

const twice = (what: string, values: readonly string[]): string[] =>
  [...new Set(values.filter((value, i) => values.indexOf(value) !== i))].map((value) => `${what} "${value}" is there twice`);

const orderOf = (post: TownPost, parent: TownPost | undefined): string[] => {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${post.id}: ${problem}`);
  if (parent !== undefined && parent.at >= post.at) say(`is not said after ${parent.id}, which it answers`);
  if ((post.arrives ?? post.at) < post.at) say('arrives before it is said');
  const moments = [post.at, ...post.edits.map((edit) => edit.at), ...(post.deletedAt === undefined ? [] : [post.deletedAt])];
  if (moments.some((moment, i) => i > 0 && moment <= (moments[i - 1] ?? 0))) say('its edits and its deletion are not in order of time');
  return problems;
};

const referencesOf = (post: TownPost, people: ReadonlySet<string>, posts: ReadonlyMap<string, TownPost>): string[] => [
  ...[post.by, ...post.mentions].filter((who) => !people.has(who)).map((who) => `${post.id}: there is nobody called "${who}"`),
  ...[...(post.to === undefined ? [] : [post.to]), ...post.quotes].filter((what) => !posts.has(what)).map((what) => `${post.id}: there is no post "${what}"`),
];

/** Everything in the town's data that cannot be, each in one line; empty for a sound town. */
export const townProblems = (people: readonly Person[], posts: readonly TownPost[]): readonly string[] => {
  const known = new Set(people.map(({ id }) => id));
  const byId = new Map(posts.map((post) => [post.id, post]));
  const gone = new Map(people.flatMap(({ id, goneAfter }) => (goneAfter === undefined ? [] : [[id, goneAfter] as const])));
  return [
    ...(known.has(libraryId) ? [] : [`the library, "${libraryId}", is missing`]),
    ...twice('person', people.map(({ id }) => id)),
    ...twice('handle', people.flatMap(({ handle, renamedLater }) => [handle, ...(renamedLater === undefined ? [] : [renamedLater.handle])])),
    ...twice('post', posts.map(({ id }) => id)),
    ...posts.flatMap((post) => [
      ...referencesOf(post, known, byId),
      ...orderOf(post, post.to === undefined ? undefined : byId.get(post.to)),
      ...(post.at >= (gone.get(post.by) ?? Infinity) ? [`${post.id}: ${post.by} had already left`] : []),
    ]),
  ];
};
