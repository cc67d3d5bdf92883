#!/usr/bin/env node
// Plain JavaScript on purpose: the check of the version of Node.js comes before the first line of TypeScript.
const { isCheckout } = require('./preflight.cjs');

module.exports = isCheckout ? import('./connect-sync.ts') : import('../dist/cli/connect-sync.mjs');
