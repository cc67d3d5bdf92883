import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../../packages/local-cloud/service.ts';
import type { TableDouble } from '../table.ts';

/** Stands in for the client of an operator: no latency, no faults. */
export function createDirectClient({ operations }: TableDouble): DynamoDBClient {
  const known: Readonly<Record<string, ((input: never) => unknown) | undefined>> = operations;
  const send = async (command: { readonly input: never }) => {
    const name = command.constructor.name.replace('Command', '');
    try {
      return known[name]?.(command.input);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, status, members } = error;
      throw Object.assign(new Error(code), { name: code, $metadata: { httpStatusCode: status }, ...members });
    }
  };
  return { send } as unknown as DynamoDBClient;
}
