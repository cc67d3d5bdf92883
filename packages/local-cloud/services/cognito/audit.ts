import { UNSIGNED_COGNITO_OPERATIONS } from '../../gateway/routing.ts';
import { AwsError, type Cloud } from '../../service.ts';
import { type CloudTrail, toPageRecord, toRecord } from '../cloudtrail/index.ts';
import type { CognitoCall, CognitoOperation } from './context.ts';
import type { Ids } from './ids.ts';

/** Request members that become one string. Some are in published records, the others are an assumption. */
const HIDDEN_MEMBERS: ReadonlySet<string> = new Set([
  'Username',
  'UserAttributes',
  'UserAttributeNames',
  'AccessToken',
  'Password',
  'TemporaryPassword',
  'AuthParameters',
  'ChallengeResponses',
  'Code',
  'ConfirmationCode',
  'SecretHash',
  'Session',
  'ClientMetadata',
  'Filter',
]);

const isReadOnly = (name: string): boolean =>
  // assumption: a call that sends a code is a write, although its name begins with Get.
  /^(Admin)?(Get|List|Describe)/.test(name) && name !== 'GetUserAttributeVerificationCode';

/**
 * Wraps an operation so that each call has a CloudTrail record, also a failed one. The record is written after the answer,
 * so it can neither delay nor fail the caller.
 */
export function audited(
  cloud: Cloud,
  ids: Ids,
  trail: CloudTrail,
  name: string,
  run: CognitoOperation,
): CognitoOperation {
  return async (input: never, call: CognitoCall) => {
    const at = cloud.clock.now();
    const record = (error?: AwsError) =>
      trail.deliver(
        toRecord({
          eventName: name,
          input,
          caller: call.caller,
          anonymous: UNSIGNED_COGNITO_OPERATIONS.has(name),
          hidden: HIDDEN_MEMBERS,
          readOnly: isReadOnly(name),
          requestId: call.requestId,
          eventId: ids.uuid(),
          at,
          accountId: cloud.accountId,
          region: cloud.region,
          sub: call.facts.sub,
          error,
        }),
        at,
      );
    try {
      const output = await run(input, call);
      record();
      return output;
    } catch (error) {
      // A call that the local cloud does not model has no record.
      if (error instanceof AwsError && error.status < 500) record(error);
      throw error;
    }
  };
}

/** A page request to record: see {@link recordPage}. */
export interface PageVisit {
  readonly eventName: string;
  readonly userPoolId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly sub: string | undefined;
}

/** Writes the record of a page of managed login or of a federation endpoint. */
export function recordPage(cloud: Cloud, ids: Ids, trail: CloudTrail, visit: PageVisit): void {
  const at = cloud.clock.now();
  const { accountId, region } = cloud;
  // assumption: for CloudTrail a GET page is a read, also when it confirms a user.
  const readOnly = visit.eventName.endsWith('_GET');
  trail.deliver(
    toPageRecord({ ...visit, readOnly, requestId: ids.uuid(), eventId: ids.uuid(), at, accountId, region }),
    at,
  );
}
