import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { HttpRequest, HttpResponse } from '@smithy/core/transport';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { isObject, parseObject } from '../json.ts';
import type { PoolSettings } from '../triggers/ports.ts';

/**
 * Describes and updates user pools in raw JSON. The SDK signs, finds the end point and reads errors; but the body goes
 * out, and comes in, as text, because the SDK leaves out every member that its own schema does not have.
 *
 * @param reading - client for what is described, may retry.
 * @param writing - client for `UpdateUserPool`.
 */
export const createPoolSettings = (
  reading: CognitoIdentityProviderClient,
  writing: CognitoIdentityProviderClient,
): PoolSettings => ({
  async describe(UserPoolId) {
    const command = new DescribeUserPoolCommand({ UserPoolId });
    const text = keepRawAnswer(command.middlewareStack);
    await callAws('cognito-idp:DescribeUserPool', () => reading.send(command));
    const pool = parseObject(text())?.UserPool;
    if (!isObject(pool)) throw new PermanentError('unexpected-answer', 'DescribeUserPool answered without a UserPool.');
    return { text: text(), pool };
  },
  async describeMfa(UserPoolId) {
    const command = new GetUserPoolMfaConfigCommand({ UserPoolId });
    const text = keepRawAnswer(command.middlewareStack);
    await callAws('cognito-idp:GetUserPoolMfaConfig', () => reading.send(command));
    const settings = parseObject(text());
    if (settings === undefined)
      throw new PermanentError('unexpected-answer', 'GetUserPoolMfaConfig answered without settings.');
    return settings;
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

/** Has a command remember the body of its answer; returns what reads it when the command has been sent. */
function keepRawAnswer(stack: DescribeUserPoolCommand['middlewareStack']): () => string {
  let text = '';
  stack.add(
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
  return () => text;
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
