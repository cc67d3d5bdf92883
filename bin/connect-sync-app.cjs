#!/usr/bin/env node
// Plain JavaScript on purpose: the check of the version of Node.js comes before the first line of TypeScript.
// It is the CDK app: of this project, and of `npx cdk deploy --app "npx connect-sync-app"` elsewhere.
const { isCheckout } = require('./preflight.cjs');

if (isCheckout) module.exports = import('./app.ts');
else {
  try {
    require.resolve('aws-cdk-lib');
  } catch {
    console.error(
      'connect-sync-app needs the AWS CDK beside it. Run `npm install aws-cdk aws-cdk-lib constructs`, then ' +
        '`npx cdk deploy --app "npx connect-sync-app"`.',
    );
    process.exit(2);
  }
  require('../dist/lib/app.js');
}
