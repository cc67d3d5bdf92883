import type { Cancel, Clock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { evaluate } from '../iam/policy-language.ts';
import type { RolePolicies } from '../iam/roles.ts';
import { type ScheduleSettings, validation } from './schedule.ts';

/** Finds the policies of a role; undefined when there is no such role. */
export type PoliciesOf = (roleArn: string) => RolePolicies | undefined;

const PRINCIPAL = 'scheduler.amazonaws.com';

/**
 * Checks that EventBridge Scheduler may assume a role, for the schedules of the default group.
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
 * @throws {AwsError} when the role does not trust the service, or an error of Lambda.
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
 * Runs `task` at once (in the next turn of the event loop) and then after every whole period. When the clock has skipped
 * several periods, because the machine slept, the task runs once for them.
 */
export function repeat(clock: Clock, periodMs: number, task: () => void): Cancel {
  let due = clock.now();
  let cancel: Cancel;
  const wait = (): void => {
    cancel = clock.schedule(Math.max(0, due - clock.now()), wake);
  };
  const wake = (): void => {
    const lateMs = clock.now() - due;
    // The clock shortens a wait of more than 24 days.
    if (lateMs >= 0) {
      due += periodMs * (1 + Math.floor(lateMs / periodMs));
      task();
    }
    wait();
  };
  wait();
  return () => cancel();
}
