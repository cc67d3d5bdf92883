import { describe, expect, it } from 'vitest';
import { createAwsClients } from '../../../cli/adapters/aws-clients.ts';

describe('the AWS clients', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SQS'])(
    'are not made with a text that is no URL in %s',
    async (name) => {
      await expect(createAwsClients({ region: 'eu-west-1' }, { [name]: 'localhost:4566' })).rejects.toMatchObject({
        code: 'invalid-endpoint',
        message: `${name}: received "localhost:4566", expected a URL such as http://127.0.0.1:4566. Correct the variable, or remove it.`,
      });
    },
  );
});
