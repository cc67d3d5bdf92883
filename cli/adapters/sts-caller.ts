import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';

/** Asks AWS who is calling: an ARN, that of a session where a role is in use. Needs no permission. */
export const createCaller =
  (client: STSClient): (() => Promise<string>) =>
  async () => {
    const { Arn } = await callAws('sts:GetCallerIdentity', () => client.send(new GetCallerIdentityCommand({})));
    if (Arn !== undefined) return Arn;
    throw new PermanentError('unexpected-answer', 'GetCallerIdentity answered without an Arn.');
  };
