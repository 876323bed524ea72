/**
 * The arrows of the house: plugin-sdk ← plugin-testing ← plugins; plugin-sdk ← core ← apps; and between the features of core.
 * Type-only imports count: they make circles as well, and decorators turn them into real ones.
 */
const specs = '\\.(spec|int-spec|contract-spec|e2e-spec|fixture)\\.ts$|/testing/';
const feature = (name) => `^libs/core/src/${name}/`;

/** Each feature of core, and what of core it may not know: what stands after it. Earlier ones are free to use. */
const order = [
  ['errors', 'time', 'config', 'logging', 'language', 'database'],
  ['staff'],
  ['libraries'],
  ['stops'],
  ['plugins', 'jobs', 'events'],
  ['accounts', 'attachments', 'notices', 'webhooks'],
  ['follows'],
  ['understanding'],
  ['conversations'],
  ['listening', 'advising', 'replies', 'privacy'],
  ['reviewing', 'handover', 'bringing-in'],
  ['health'],
];
/** Infrastructure that resolvers of any feature use, and the pure rule of consent that hearing and answering share. */
const outOfOrder = { graphql: ['staff', 'events', 'database', 'errors', 'logging', 'config', 'language'] };

const ranked = order.flatMap((names, rank) => names.map((name) => ({ name, rank })));
const arrows = ranked.map(({ name, rank }) => {
  const later = ranked.filter((other) => other.rank > rank && other.name !== 'privacy').map((other) => other.name);
  return {
    name: `core-${name}-knows-no-later-feature`,
    severity: 'error',
    from: { path: feature(name), pathNot: specs },
    to: { path: feature(`(${later.join('|') || 'none'})`) },
  };
});

module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'graphql-is-infrastructure',
      severity: 'error',
      from: { path: feature('graphql'), pathNot: specs },
      to: { path: '^libs/core/src/', pathNot: feature(`(graphql|${outOfOrder.graphql.join('|')})`) },
    },
    {
      name: 'features-meet-at-their-index',
      comment: "A feature's files are its own; what others may use is exported by its index.ts.",
      severity: 'error',
      from: { path: '^libs/core/src/([^/]+)/', pathNot: specs },
      to: { path: '^libs/core/src/([^/]+)/', pathNot: '^libs/core/src/($1)/|/index\\.ts$|^libs/core/src/errors/' },
    },
    {
      name: 'the-sdk-stands-alone',
      severity: 'error',
      from: { path: '^libs/plugin-sdk/src/', pathNot: specs },
      to: { path: '^(libs/(core|plugin-testing)|plugins|apps|test)/' },
    },
    {
      name: 'the-sdk-needs-zod-alone',
      severity: 'error',
      from: { path: '^libs/plugin-sdk/src/', pathNot: specs },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/zod/' },
    },
    { name: 'plugin-testing-knows-the-sdk-alone', severity: 'error', from: { path: '^libs/plugin-testing/src/' }, to: { path: '^(libs/core|plugins|apps|test)/' } },
    {
      name: 'plugins-know-the-sdk-alone',
      comment: "An outsider's plugin has nothing else, so ours have nothing else.",
      severity: 'error',
      from: { path: '^plugins/([^/]+)/src/', pathNot: specs },
      to: { path: '^(libs/(core|plugin-testing)|apps|test)/|^plugins/(?!$1/)' },
    },
    {
      name: 'specs-of-plugins-know-sdk-and-testing-alone',
      severity: 'error',
      from: { path: `^plugins/([^/]+)/src/.*(${specs})` },
      to: { path: '^(libs/core|apps|test)/|^plugins/(?!$1/)' },
    },
    { name: 'core-knows-no-plugin-and-no-app', severity: 'error', from: { path: '^libs/core/src/', pathNot: specs }, to: { path: '^(plugins|apps|test|libs/plugin-testing)/' } },
    { name: 'apps-are-not-imported', severity: 'error', from: { path: '^(libs|plugins)/' }, to: { path: '^apps/' } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'nothing-undeclared', severity: 'error', from: { path: '^(libs|plugins|apps)/[^/]+/src/', pathNot: specs }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: '/@types/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/node_modules/.*/node_modules/|^test/(browser|networks)/|^test/bench/peers/.*mjs$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@earshot/source', 'import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'] },
  },
};
