import { parseChange, subSchema } from '../../lambda/core/events/change.ts';
import { readCloudTrailEvent } from '../../lambda/core/events/cloudtrail-record.ts';
import { parseReducedRecord } from '../../lambda/core/events/reduced-record.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { isObject, type Json, type JsonObject, memberAt, parseObject } from '../json.ts';
import type { DeadLetter } from './ports.ts';
import { type DeadLetterReason, toReason } from './reasons.ts';

/** What may be told of a dead letter: ids, codes and times. Never its body, which may hold personal data. */
export interface Finding {
  readonly messageId: string;
  readonly reason: DeadLetterReason;
  /** Whose change it is, where that is known. */
  readonly sub?: string;
  /** Why the user is reconciled. */
  readonly cause?: string;
  /** The Cognito call, for CloudTrail records. */
  readonly eventName?: string;
  readonly eventId?: string;
  /** An error code of AWS or of the runtime. */
  readonly code?: string;
  /** When the change happened, milliseconds since the epoch. */
  readonly occurredAt?: number;
  /** When the message was put into the dead-letter queue, milliseconds since the epoch. */
  readonly deadAt: number;
  /** How often its delivery was tried. */
  readonly attempts: number;
}

const CODE = /^[\w.:-]{1,100}$/;

/** Reads a message of the changes' dead-letter queue. Pure; never throws. */
export function readChangeLetter(letter: DeadLetter): Finding {
  const { messageId, body, groupId, sentAt, attributes, receiveCount } = letter;
  const group = subSchema.safeParse(groupId);
  const base = {
    messageId,
    // Without a reason it was SQS that moved it, after its last receive.
    reason: attributes.reason === undefined ? ('received-too-often' as const) : toReason(attributes.reason),
    deadAt: sentAt,
    attempts: Number(attributes.receiveCount) || receiveCount,
    ...(group.success && { sub: group.data }),
  };
  try {
    const { sub, cause, eventId, occurredAt } = parseChange(body);
    return { ...base, sub, cause, eventId, occurredAt };
  } catch {
    return base;
  }
}

/** A message of the intake's dead-letter queue, with the event in it when its envelope is a known one. */
export interface IntakeLetter {
  readonly finding: Finding;
  /** What change-intake was to be invoked with. */
  readonly event?: JsonObject;
}

/**
 * Reads a message of the intake's dead-letter queue. `change-intake` puts a reduced event there, with its reason as
 * message attribute; EventBridge puts the whole event there, with its reasons as message attributes; Lambda puts a record of
 * the failed invocation there, with the whole event inside. Pure; never throws.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function readIntakeLetter(letter: DeadLetter): IntakeLetter {
  const { messageId, sentAt, receiveCount, attributes } = letter;
  const base = { messageId, deadAt: sentAt };
  const body = parseObject(letter.body);
  const reduced = body?.event;
  if (attributes.reason !== undefined && isObject(reduced) && parseReducedRecord(body) !== undefined) {
    const failure = { reason: toReason(attributes.reason), ...code(attributes.code) };
    return { event: reduced, finding: { ...base, attempts: 1, ...failure, ...describeEvent(reduced) } };
  }
  const payload = body?.requestPayload;
  if (isObject(payload) && isObject(body?.requestContext)) {
    const failure = {
      reason: classify(payload, body.requestContext),
      ...code(memberAt(body, 'responsePayload', 'errorType')),
    };
    const attempts = Number(body.requestContext.approximateInvokeCount) || receiveCount;
    return { event: payload, finding: { ...base, attempts, ...failure, ...describeEvent(payload) } };
  }
  if (body !== undefined && attributes.RULE_ARN !== undefined && isObject(body.detail)) {
    const failure = { reason: 'not-delivered' as const, ...code(attributes.ERROR_CODE) };
    // The first attempt is no retry.
    const attempts = 1 + (Number(attributes.RETRY_ATTEMPTS) || 0);
    return { event: body, finding: { ...base, attempts, ...failure, ...describeEvent(body) } };
  }
  return { finding: { ...base, reason: 'unknown-envelope', attempts: receiveCount } };
}

/** Whether the function could not read the event, or failed for another reason; read as the function reads it. */
function classify(event: JsonObject, { functionArn }: JsonObject): DeadLetterReason {
  const [, , , region = '', account = ''] = String(functionArn).split(':');
  try {
    readCloudTrailEvent(event, { userPoolId: '', account, region });
    return 'function-failed';
  } catch (error) {
    return error instanceof PermanentError ? toReason(error.code) : 'function-failed';
  }
}

/** What a CloudTrail record may say about itself here: nothing in it is trusted to be what it should be. */
function describeEvent(event: JsonObject): Partial<Finding> {
  const sub = subSchema.safeParse(memberAt(event, 'detail', 'additionalEventData', 'sub'));
  const eventName = code(memberAt(event, 'detail', 'eventName')).code;
  const eventId = code(memberAt(event, 'detail', 'eventID')).code;
  const occurredAt = Date.parse(String(memberAt(event, 'detail', 'eventTime')));
  return {
    cause: 'cloudtrail',
    ...(sub.success && { sub: sub.data }),
    ...(eventName !== undefined && { eventName }),
    ...(eventId !== undefined && { eventId }),
    ...(Number.isFinite(occurredAt) && { occurredAt }),
  };
}

const code = (value: Json | undefined): { readonly code?: string } =>
  typeof value === 'string' && CODE.test(value) ? { code: value } : {};
