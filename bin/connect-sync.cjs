#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on whatever Node.js it is there to judge.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `connect-sync runs on Node.js 24; this is ${process.version}. Run \`npm ci\` in the project, which installs Node.js 24 ` +
      'beside the other packages, then `npx connect-sync` there; or install Node.js 24 yourself: https://nodejs.org/en/download',
  );
  process.exit(2);
}
module.exports = import('./connect-sync.ts');
