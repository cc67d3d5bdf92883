import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { type ClientLimits, clientDefaults } from '../../lambda/adapters/client-defaults.ts';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { AwsAccess } from '../connections.ts';
import { createAgents, explainProxy, type ProxyEnvironment } from './proxy.ts';

/** A person waits: fail soon, and try a few times. */
const LIMITS = { requestTimeoutMs: 15_000, connectionTimeoutMs: 3_000, maxAttempts: 3 };

/**
 * Checks the variables that name other end points: the AWS SDK does not say which one it cannot use.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
function checkEndpoints(environment: ProxyEnvironment): void {
  for (const [name, value = ''] of Object.entries(environment))
    if (name.startsWith('AWS_ENDPOINT_URL') && value !== '' && !/^https?:\/\/./.test(value))
      throw new ConfigError(
        'invalid-endpoint',
        `${name}: received ${JSON.stringify(value)}, expected a URL such as http://127.0.0.1:4566. Correct the variable, or remove it.`,
      );
}

/**
 * Makes the clients, and makes sure that there are a Region and credentials before anything is asked.
 *
 * @param environment - says which proxy the calls take.
 * @throws {ConfigError} `no-region`, `no-credentials`, `invalid-endpoint`, `invalid-proxy`, `proxy-unsupported`.
 */
export async function createAwsClients({ region, profile }: AwsAccess, environment: ProxyEnvironment) {
  checkEndpoints(environment);
  const agents = createAgents(environment, process.versions.node);
  const settings = (limits: ClientLimits) => {
    const { requestHandler, ...rest } = clientDefaults(limits, agents);
    return { ...rest, requestHandler: explainProxy(requestHandler, environment) };
  };
  const access = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const cloudFormation = new CloudFormationClient({ ...access, ...settings(LIMITS) });
  const { config } = cloudFormation;
  const needs = async <Value>(code: string, provide: () => Promise<Value>, advice: string): Promise<Value> => {
    try {
      return await provide();
    } catch (cause) {
      throw new ConfigError(code, `${advice} (${cause instanceof Error ? cause.message : cause})`);
    }
  };
  await needs('no-region', config.region, 'No AWS Region is known: give --region, or set AWS_REGION.');
  await needs(
    'no-credentials',
    config.credentials,
    profile === undefined
      ? 'No AWS credentials were found: give --profile, set AWS_PROFILE, or sign in with the AWS CLI.'
      : `No AWS credentials were found by --profile ${profile}: correct the name, or sign in with the AWS CLI.`,
  );
  const shared = { ...access, region: config.region, credentials: config.credentials };
  const sqs = new SQSClient({ ...shared, ...settings({ ...LIMITS, requestTimeoutMs: 30_000 }) });
  const lambda = new LambdaClient({ ...shared, ...settings(LIMITS) });
  return {
    /** What every client is made with. */
    shared,
    /** Time limits and the way to AWS, of a client that is made elsewhere. */
    settings,
    region: await config.region(),
    cloudFormation,
    sqs,
    lambda,
    sts: new STSClient({ ...shared, ...settings(LIMITS) }),
    dynamodb: new DynamoDBClient({ ...shared, ...settings(LIMITS) }),
    cognito: new CognitoIdentityProviderClient({ ...shared, ...settings(LIMITS) }),
    /** The instance may be in another Region. The SDK does not retry, because each attempt takes its own slot. */
    connectIn: (instanceRegion: string) =>
      new ConnectClient({ ...shared, region: instanceRegion, ...settings({ ...LIMITS, maxAttempts: 1 }) }),
    /** For calls that the SDK must not retry. */
    cognitoOnce: new CognitoIdentityProviderClient({ ...shared, ...settings({ ...LIMITS, maxAttempts: 1 }) }),
  };
}
