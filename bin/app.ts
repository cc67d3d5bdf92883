import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { ConfigError } from '../lambda/config.ts';
import { loadConfiguration } from '../lib/configuration/config.ts';
import { parseConnectInstanceArn } from '../lib/configuration/connect-instance.ts';
import { stackNameOf } from '../lib/configuration/deployment-identity.ts';
import { IdentitySyncStack } from '../lib/identity-sync-stack.ts';

// The feature flags of cdk.json, also where the app runs out of the npm package and another cdk.json or none is read.
// CloudFormation's rules take half of the time and say the same each time: the tests run them instead.
const app = new App({ context: cdkJson.context, builtinCloudFormationValidation: false });
try {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const configuration = loadConfiguration({ context: app.node.getAllContext(), directory: process.cwd(), account });
  // Connect takes no calls from another account and Cognito has no triggers in another Region, so both are given.
  const instance = parseConnectInstanceArn(configuration.connectInstanceArn);
  const stackRegion = configuration.userPoolId?.split('_')[0] ?? region;
  new IdentitySyncStack(app, stackNameOf(configuration), {
    configuration,
    env: {
      ...(instance !== undefined && { account: instance.account }),
      ...(stackRegion !== undefined && { region: stackRegion }),
    },
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
