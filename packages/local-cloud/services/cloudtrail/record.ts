import type { Caller } from '../../service.ts';

/** What CloudTrail writes in place of a value that may identify a person, for members of every type. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** One API call or page request to record. */
export interface RecordedCall {
  readonly eventName: string;
  /** Request members by their API names; `null` when the record shows none. */
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly caller: Caller;
  /** True for calls without an IAM signature: sign-up, and calls with an access token. */
  readonly anonymous: boolean;
  /** Request members whose values are replaced by {@link HIDDEN}. */
  readonly hidden: ReadonlySet<string>;
  readonly readOnly: boolean;
  readonly requestId: string;
  readonly eventId: string;
  /** Milliseconds since the epoch; the record keeps whole seconds. */
  readonly at: number;
  readonly accountId: string;
  readonly region: string;
  readonly sub?: string | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** A request to a page of managed login or to the endpoint of an identity provider. */
export interface RecordedPage {
  readonly eventName: string;
  /** Query or form members. Values that identify a person are already hidden. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** HTTP status of the page. */
  readonly status: number;
  readonly readOnly: boolean;
  readonly requestId: string;
  readonly eventId: string;
  readonly at: number;
  readonly accountId: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly sub?: string | undefined;
}

/** A CloudTrail record as JSON, the `detail` of its EventBridge event. */
export type CloudTrailRecord = Readonly<Record<string, unknown>>;

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** CloudTrail writes API members in lower camel case and times as text. */
function camel(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return HIDDEN;
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [lowerFirst(name), camel(inner)]));
}

/** ISO time in whole seconds, the resolution of CloudTrail. */
export const toSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

function identityOf(caller: Caller, anonymous: boolean, accountId: string): object {
  if (anonymous) return { type: 'Unknown', principalId: 'Anonymous' };
  if (caller.kind === 'service') return { type: 'AWSService', invokedBy: caller.principal };
  if (caller.kind === 'account') {
    const arn = `arn:aws:iam::${accountId}:user/local`;
    return { type: 'IAMUser', principalId: 'AIDALOCALEXAMPLE', arn, accountId, userName: 'local' };
  }
  const userName = caller.roleArn.split('/').at(-1) ?? '';
  return {
    type: 'AssumedRole',
    principalId: `AROALOCALEXAMPLE:${caller.functionName}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${userName}/${caller.functionName}`,
    accountId,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: 'AROALOCALEXAMPLE', arn: caller.roleArn, accountId, userName },
    },
  };
}

/**
 * The record of an API call. Pure. Each hidden member becomes one string, the user appears only as
 * `additionalEventData.sub`, times are in whole seconds, and a failed call has `errorCode`.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function toRecord(call: RecordedCall): CloudTrailRecord {
  const { input, hidden, error, sub } = call;
  const shown = Object.entries(input ?? {}).filter(([, value]) => value !== undefined);
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(call.caller, call.anonymous, call.accountId),
    eventTime: toSeconds(call.at),
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: call.eventName,
    awsRegion: call.region,
    sourceIPAddress: '127.0.0.1',
    userAgent: 'local-cloud',
    ...(error === undefined ? {} : { errorCode: error.code, errorMessage: error.message }),
    requestParameters:
      input === null
        ? null
        : Object.fromEntries(
            shown.map(([name, value]) => [lowerFirst(name), hidden.has(name) ? HIDDEN : camel(value)]),
          ),
    // assumption: the record shows no answer, as observed for attribute updates.
    responseElements: null,
    ...(sub === undefined ? {} : { additionalEventData: { sub } }),
    requestID: call.requestId,
    eventID: call.eventId,
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.accountId,
    eventCategory: 'Management',
  };
}

/**
 * The record of a page request. Pure. A success has an empty `errorCode`. The record names no API caller.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/understanding-amazon-cognito-entries.html
 */
export function toPageRecord(page: RecordedPage): CloudTrailRecord {
  return {
    eventVersion: '1.08',
    userIdentity: { accountId: page.accountId },
    eventTime: toSeconds(page.at),
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: page.eventName,
    awsRegion: page.region,
    sourceIPAddress: '127.0.0.1',
    userAgent: 'local-cloud',
    errorCode: '',
    errorMessage: '',
    additionalEventData: {
      responseParameters: { status: page.status },
      requestParameters: page.parameters,
      userPoolId: page.userPoolId,
      ...(page.sub === undefined ? {} : { sub: page.sub }),
    },
    requestID: page.requestId,
    eventID: page.eventId,
    readOnly: page.readOnly,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: page.accountId,
    serviceEventDetails: { serviceAccountId: '111122223333' },
    eventCategory: 'Management',
  };
}
