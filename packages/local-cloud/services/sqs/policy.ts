import type { Caller } from '../../service.ts';
import { evaluate, parsePolicy } from '../iam/policy-language.ts';
import { sqsError } from './errors.ts';

type ServiceCaller = Extract<Caller, { kind: 'service' }>;

/**
 * Checks that the policy of a queue allows a call of an AWS service and does not deny it. Loopback calls count as TLS.
 *
 * @param action - an SQS operation, for example `SendMessage`; a batch operation needs the permission of the single one.
 * @throws {AwsError} `AccessDenied`; `UnsupportedOperation` for a statement that is not modelled.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
export function authorizeService(policy: string | undefined, arn: string, action: string, caller: ServiceCaller): void {
  const [, , , region = '', sourceAccount = ''] = caller.sourceArn.split(':');
  const wanted = `sqs:${action.replace(/Batch$/, '')}`.toLowerCase();
  const verdict =
    policy !== undefined &&
    evaluate([parsePolicy(policy)], {
      action: wanted,
      resource: arn,
      principal: { service: caller.principal },
      context: {
        'aws:sourcearn': caller.sourceArn,
        'aws:sourceaccount': sourceAccount,
        'aws:securetransport': 'true',
        'aws:principalisawsservice': 'true',
        'aws:principalservicename': caller.principal,
        'aws:requestedregion': region,
      },
    });
  if (verdict === 'allowed') return;
  throw sqsError(
    'AccessDenied',
    `User: ${caller.principal} is not authorized to perform: ${wanted} on resource: ${arn}`,
  );
}
