#!/usr/bin/env -S node --max-semi-space-size=16
// Read by whatever Node the machine has: nothing here may be newer than Node 10 (see node-check.js).
'use strict';

const fs = require('fs');
const path = require('path');
const check = require('./node-check.js');

// As the first line has it, where this file itself is called.
const young = '--max-semi-space-size=16';
const built = path.join(__dirname, '../dist/main.js');

const give = (words) => {
  console.error(words);
  process.exit(1);
};

const run = () => {
  if (!fs.existsSync(built)) give('Earshot is not built yet.\n  What to do: npm run build');
  // Compiled once and not at every start: half the time, and 30 MB less. Where nobody may write there, it goes without.
  require('module').enableCompileCache(path.join(__dirname, '../../../node_modules/.cache/earshot'));
  // Where the machine has memory, V8 lets garbage grow to four times of what lives before it collects it: half as much again is enough for us.
  // The flag above, which npm start gives as well, does the same for what is young, and can be given only before Node starts.
  require('v8').setFlagsFromString('--heap-growing-percent=50');
  import('../dist/main.js')
    .then((cli) => cli.main(process.argv.slice(2)))
    .catch((error) => give(error));
};

const runOnOurOwn = () => {
  const child = require('child_process').spawn(check.own, [young].concat(process.argv.slice(1)), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
  child.on('error', () => give(check.complaint()));
};

const words = check.complaint();
if (words === undefined) run();
else if (check.isTooOld() && check.hasOwn()) runOnOurOwn();
else give(words);
