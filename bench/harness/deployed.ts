import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { linkSeeded } from '../../bin/link-seeded.ts';
import { type Environment, startEnvironment } from '../../local/environment.ts';
import { numberedPeople } from '../../local/seed.ts';

/** The product as `cdk deploy` brings it into a local cloud on the real clock, with real clients. */
export interface Deployed extends Environment {
  readonly clients: ReturnType<typeof createClients>;
  close(): Promise<void>;
}

/**
 * Deploys the product and seeds `people`.
 *
 * @param configuration - further settings, as in `connect-sync.json`.
 */
export async function deploy(people: number, configuration: Readonly<Record<string, unknown>> = {}): Promise<Deployed> {
  const environment = await startEnvironment({
    people: numberedPeople(people),
    configuration,
    identityManagementType: 'CONNECT_MANAGED',
    linkSeeded,
    onLine: () => {},
    signal: new AbortController().signal,
  });
  const clients = createClients(environment);
  return {
    ...environment,
    clients,
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await environment.local.close();
    },
  };
}

function createClients({ description: { endpoint, region, accessKeyId, secretAccessKey } }: Environment) {
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  return {
    cognito: new CognitoIdentityProviderClient(config),
    connect: new ConnectClient(config),
    dynamodb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
  };
}

/** Milliseconds that `act` takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

/** Waits on the real clock. */
export const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
