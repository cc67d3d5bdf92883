#!/usr/bin/env node
// Plain JavaScript on purpose: the check of the version of Node.js comes before the first line of TypeScript.
const { isCheckout } = require('./preflight.cjs');

if (isCheckout) {
  // Reading the TypeScript of all commands takes most of the time of --help. The folder is that of the checkout: one that
  // every user of the machine can write to would hand code from one user to another.
  const { join } = require('node:path');
  require('node:module').enableCompileCache?.(join(__dirname, '../node_modules/.cache/connect-sync'));
}

module.exports = isCheckout ? import('./connect-sync.ts') : import('../dist/cli/connect-sync.mjs');
