import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { STACK_ID_TAG } from '../../lib/configuration/deployment-identity.ts';
import type { Functions, PolicyStatement } from '../deployment/ports.ts';
import { isObject, type Json, parseObject } from '../json.ts';

/** A function may run for a quarter of an hour. */
const LONGEST_INVOCATION_MS = 900_000;

/** Lambda functions by ARN or name. */
export const createFunctions = (client: LambdaClient): Functions => ({
  async environment(FunctionName) {
    const answer = await callAws(
      'lambda:GetFunctionConfiguration',
      () => client.send(new GetFunctionConfigurationCommand({ FunctionName })),
      { ResourceNotFoundException: undefined },
    );
    return answer && (answer.Environment?.Variables ?? {});
  },
  async describe(FunctionName) {
    const answer = await callAws('lambda:GetFunction', () => client.send(new GetFunctionCommand({ FunctionName })), {
      ResourceNotFoundException: 'missing' as const,
      AccessDeniedException: 'unreadable' as const,
    });
    if (answer === 'missing' || answer === 'unreadable') return answer;
    const { Configuration: { Environment, Role = '', LoggingConfig } = {}, Tags = {} } = answer;
    const { [STACK_ID_TAG]: stackId } = Tags;
    return {
      environment: Environment?.Variables ?? {},
      roleArn: Role,
      ...(LoggingConfig?.LogGroup !== undefined && { logGroup: LoggingConfig.LogGroup }),
      ...(stackId !== undefined && { stackId }),
    };
  },
  async policy(FunctionName) {
    const answer = await callAws(
      'lambda:GetPolicy',
      () => client.send(new GetPolicyCommand({ FunctionName })).then(({ Policy = '' }) => Policy),
      { ResourceNotFoundException: '{"Statement":[]}', AccessDeniedException: 'unreadable' as const },
    );
    return answer === 'unreadable' ? answer : readStatements(answer);
  },
  async invoke(FunctionName, event) {
    const { FunctionError, Payload } = await callAws('lambda:Invoke', () =>
      client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }), {
        requestTimeout: LONGEST_INVOCATION_MS,
      }),
    );
    if (FunctionError !== undefined)
      throw new PermanentError('function-failed', `${FunctionName} failed: its log says why.`);
    return JSON.parse(Payload?.transformToString() || 'null') as Json;
  },
  async invokeLater(FunctionName, event) {
    await callAws('lambda:Invoke', () =>
      client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) })),
    );
  },
});

function readStatements(policy: string): readonly PolicyStatement[] {
  const statements = parseObject(policy)?.Statement;
  if (!Array.isArray(statements))
    throw new PermanentError('unexpected-answer', 'GetPolicy answered without a list of statements.');
  return statements.filter(isObject);
}
