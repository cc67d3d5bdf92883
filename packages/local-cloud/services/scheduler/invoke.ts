import type { Cancel, Clock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { evaluate } from '../iam/policy-language.ts';
import type { RolePolicies } from '../iam/roles.ts';
import { type ScheduleSettings, validation } from './schedule.ts';

/** Finds what a role's policies say; undefined when there is no such role. */
export type PoliciesOf = (roleArn: string) => RolePolicies | undefined;

const PRINCIPAL = 'scheduler.amazonaws.com';

/**
 * Checks that EventBridge Scheduler may take on a role, for the schedules of the default group.
 *
 * @throws {AwsError} ValidationException; UnsupportedOperation for a trust policy that is not modelled.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html for the group
 */
export function checkTrust({ accountId, region }: Cloud, policiesOf: PoliciesOf, roleArn: string): void {
  const policies = policiesOf(roleArn);
  const verdict =
    policies &&
    evaluate([policies.trust], {
      action: 'sts:AssumeRole',
      resource: roleArn,
      principal: { service: PRINCIPAL },
      context: {
        'aws:sourceaccount': accountId,
        'aws:sourcearn': `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`,
        'aws:securetransport': 'true',
        'aws:principalisawsservice': 'true',
        'aws:principalservicename': PRINCIPAL,
        'aws:requestedregion': region,
      },
    });
  if (verdict !== 'allowed')
    throw validation('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
}

/**
 * Invokes the function of a schedule asynchronously, in the role of the schedule.
 *
 * @param session - name of the role session, for messages.
 * @throws {AwsError} when the role does not trust the service (any more), or whatever Lambda answers.
 */
export async function invokeTarget(
  cloud: Cloud,
  policiesOf: PoliciesOf,
  session: string,
  { Arn, RoleArn }: ScheduleSettings['Target'],
  input: string,
): Promise<void> {
  checkTrust(cloud, policiesOf, RoleArn);
  const request = { FunctionName: Arn, InvocationType: 'Event', Payload: new TextEncoder().encode(input) };
  await cloud.call('lambda', 'Invoke', request, { kind: 'role', roleArn: RoleArn, functionName: session });
}

/**
 * Runs `task` at once (a turn of the event loop later) and then at every whole period from now. Periods that the clock
 * has jumped over, because the machine slept, are made up for by one run.
 */
export function repeat(clock: Clock, periodMs: number, task: () => void): Cancel {
  let due = clock.now();
  let cancel: Cancel;
  const wait = (): void => {
    cancel = clock.schedule(Math.max(0, due - clock.now()), wake);
  };
  const wake = (): void => {
    const lateMs = clock.now() - due;
    // The clock cuts a wait of more than 24 days short.
    if (lateMs >= 0) {
      due += periodMs * (1 + Math.floor(lateMs / periodMs));
      task();
    }
    wait();
  };
  wait();
  return () => cancel();
}
