import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { HttpRequest, HttpResponse } from '@smithy/core/transport';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/errors.ts';
import { isObject, parseObject } from '../json.ts';
import type { PoolSettings } from '../ports.ts';

/**
 * Describes and updates user pools in raw JSON. The SDK signs, finds the end point and reads errors; but the body goes
 * out, and comes in, as text, because the SDK leaves out every member that its own schema does not have.
 *
 * @param reading - client for `DescribeUserPool`, may retry.
 * @param writing - client for `UpdateUserPool`.
 */
export const createPoolSettings = (
  reading: CognitoIdentityProviderClient,
  writing: CognitoIdentityProviderClient,
): PoolSettings => ({
  async describe(UserPoolId) {
    const command = new DescribeUserPoolCommand({ UserPoolId });
    let text = '';
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        if (HttpResponse.isInstance(result.response) && result.response.statusCode < 300) {
          const body = await readBody(result.response.body);
          text = body.toString();
          result.response.body = body;
        }
        return result;
      },
      // Nearer to the wire than the SDK's own reader.
      { step: 'deserialize', priority: 'low', name: 'keepRawAnswer' },
    );
    await callAws('cognito-idp:DescribeUserPool', () => reading.send(command));
    const pool = parseObject(text)?.UserPool;
    if (!isObject(pool)) throw new PermanentError('unexpected-answer', 'DescribeUserPool answered without a UserPool.');
    return { text, pool };
  },
  async update(request) {
    const command = new UpdateUserPoolCommand({ UserPoolId: String(request.UserPoolId) });
    command.middlewareStack.add(
      (next) => (args) => {
        if (!HttpRequest.isInstance(args.request)) throw new TypeError('The request is no HTTP request.');
        args.request.body = JSON.stringify(request);
        return next(args);
      },
      // Before the length is counted and the request signed.
      { step: 'build', priority: 'high', name: 'sendRawRequest' },
    );
    await callAws('cognito-idp:UpdateUserPool', () => writing.send(command));
  },
});

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
