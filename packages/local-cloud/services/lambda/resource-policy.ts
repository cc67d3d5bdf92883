import type { AddPermissionRequest, GetPolicyRequest, RemovePermissionRequest } from '@aws-sdk/client-lambda';
import { AwsError, type Caller, type Cloud, type Operations } from '../../service.ts';
import { arnMatches } from '../iam/policy-patterns.ts';
import type { FunctionRegistry, LambdaFunction, Statement } from './lambda-function.ts';
import { invalidValue, onlySupported } from './supported-input.ts';

const INVOKE = 'lambda:InvokeFunction';

/**
 * Checks that the resource policy of a function lets a service invoke it. The account may invoke everything. The policies of
 * a role are checked elsewhere.
 *
 * @throws {AwsError} `AccessDeniedException`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function checkMayInvoke(cloud: Cloud, deployed: LambdaFunction, caller: Caller): void {
  if (caller.kind !== 'service') return;
  const { principal, sourceArn } = caller;
  const sourceAccount = sourceArn.split(':')[4] || cloud.accountId;
  const allowed = deployed.policy.some(
    ({ Principal, Action, Condition }) =>
      (Principal === '*' ||
        (typeof Principal === 'object' && 'Service' in Principal && Principal.Service === principal)) &&
      (Action === INVOKE || Action === 'lambda:*' || Action === '*') &&
      (Condition?.StringEquals?.['AWS:SourceAccount'] ?? sourceAccount) === sourceAccount &&
      (Condition?.ArnLike === undefined || arnMatches(Condition.ArnLike['AWS:SourceArn'], sourceArn)),
  );
  if (allowed) return;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${principal} is not authorized to perform: ${INVOKE} on resource: ${deployed.arn} because no resource-based ` +
      `policy allows the ${INVOKE} action (source: ${sourceArn})`,
    403,
  );
}

const principalOf = (principal: string): Statement['Principal'] => {
  if (principal === '*') return principal;
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
};

const policyNotFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);

/** `AddPermission`, `RemovePermission`, `GetPolicy`. */
export function policyOperations(registry: FunctionRegistry): Operations {
  return {
    AddPermission(input: AddPermissionRequest) {
      onlySupported('AddPermission', input, [
        ...['FunctionName', 'Qualifier', 'StatementId', 'Action', 'Principal', 'SourceArn', 'SourceAccount'],
      ]);
      const deployed = registry.find(input.FunctionName, input.Qualifier);
      const { StatementId: Sid = '', Action = '', Principal = '', SourceArn, SourceAccount } = input;
      if (!/^[A-Za-z0-9-_]{1,100}$/.test(Sid)) throw invalidValue(`The statement id ${Sid} is not valid.`);
      if (!/^(lambda:[*]|lambda:[A-Za-z]+|[*])$/.test(Action)) throw invalidValue(`The action ${Action} is not valid.`);
      if (Principal === '')
        throw invalidValue('The provided principal was invalid. Please check the principal and try again.');
      if (deployed.policy.some((statement) => statement.Sid === Sid)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          409,
        );
      }
      const statement: Statement = {
        Sid,
        Effect: 'Allow',
        Principal: principalOf(Principal),
        Action,
        Resource: deployed.arn,
        ...(SourceArn === undefined && SourceAccount === undefined
          ? {}
          : {
              Condition: {
                ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
                ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
              },
            }),
      };
      deployed.policy = [...deployed.policy, statement];
      return { Statement: JSON.stringify(statement) };
    },
    RemovePermission(input: RemovePermissionRequest) {
      const deployed = registry.find(input.FunctionName, input.Qualifier);
      const rest = deployed.policy.filter(({ Sid }) => Sid !== input.StatementId);
      if (rest.length === deployed.policy.length) {
        throw policyNotFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      deployed.policy = rest;
      return {};
    },
    GetPolicy(input: GetPolicyRequest) {
      const { policy, revisionId } = registry.find(input.FunctionName, input.Qualifier);
      if (policy.length === 0) throw policyNotFound('The resource you requested does not exist.');
      const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy });
      return { Policy, RevisionId: revisionId };
    },
  };
}
