/**
 * Read by whatever Node the machine has: nothing here may be newer than Node 10, or an old one answers with a syntax error instead of a word.
 *
 * `node apps/cli/bin/node-check.js` ends with 1 and what to do where Earshot cannot be built or run; npm scripts ask first.
 */
'use strict';

const fs = require('fs');
const path = require('path');

const needed = 24;
const modules = path.join(__dirname, '../../../node_modules');
/** npm installs a Node of ours beside the other packages; npm scripts find it by themselves, a direct call does not. */
const own = path.join(modules, '.bin/node');

const isTooOld = () => Number(process.versions.node.split('.')[0]) < needed;
const hasOwn = () => fs.existsSync(own);

/** What is in the way of running on this very Node; undefined where nothing is. */
const complaint = () => {
  if (!fs.existsSync(modules)) return 'The packages that Earshot is made of are not installed.\n  What to do: npm ci, in the folder of Earshot.';
  if (!isTooOld()) return undefined;
  return `Earshot cannot go on: it needs Node ${needed} or newer, and this is ${process.versions.node} (NODE_TOO_OLD).\n  What to do: run "npm ci" in the folder of Earshot, without --omit=optional: it brings a Node ${needed}. Or install Node ${needed} on this machine.`;
};

module.exports = { complaint, hasOwn, isTooOld, own };

if (require.main === module) {
  const words = complaint();
  if (words !== undefined) {
    console.error(words);
    process.exit(1);
  }
}
