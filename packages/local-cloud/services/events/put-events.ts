import { randomUUID } from 'node:crypto';
import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { AwsError, type Call } from '../../service.ts';
import { type Bus, checkBus, checkMembers, type Rule, validation } from './bus.ts';
import type { BusEvent } from './delivery.ts';

const MAXIMUM_ENTRIES = 10;
/** Largest size of all entries of a request, bytes. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAXIMUM_BYTES = 1_048_576;
const REQUIRED = ['Source', 'DetailType', 'Detail'] as const;

const refuse = (code: string, message: string): AwsError => new AwsError(code, message);

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

/** Whether a CloudTrail record is about a call that only reads. */
function isReadOnlyManagementEvent(event: BusEvent): boolean {
  const { readOnly, managementEvent = true } = event.detail as { readOnly?: unknown; managementEvent?: unknown };
  return event['detail-type'].endsWith(' via CloudTrail') && readOnly === true && managementEvent === true;
}

function reaches(rule: Rule, event: BusEvent): boolean {
  if (rule.state === 'DISABLED') return false;
  if (rule.state === 'ENABLED' && isReadOnlyManagementEvent(event)) return false;
  return rule.matches(event);
}

/** `PutEvents`. Delivery begins before `PutEvents` answers and does not delay the answer. */
export const eventOperations = (bus: Bus, deliver: (rule: Rule, event: BusEvent) => void) => {
  const { cloud, rules } = bus;

  function toEvent(entry: PutEventsRequestEntry, call: Call): BusEvent {
    checkMembers('PutEvents', entry, ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName']);
    checkBus(bus, entry.EventBusName);
    const missing = REQUIRED.find((name) => !entry[name]);
    if (missing !== undefined)
      throw refuse('InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
    const { Source = '', DetailType = '', Detail = '', Resources = [], Time } = entry;
    // Only AWS may send events whose source begins with aws.
    if (Source.startsWith('aws.') && call.caller.kind !== 'service')
      throw refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
    const detail = parseObject(Detail);
    if (detail === undefined) throw refuse('MalformedDetail', 'Detail is malformed.');
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': DetailType,
      source: Source,
      account: cloud.accountId,
      time: `${new Date(Time ?? cloud.clock.now()).toISOString().slice(0, 19)}Z`,
      region: cloud.region,
      resources: Resources,
      detail,
    };
  }

  function putOne(entry: PutEventsRequestEntry, call: Call): PutEventsResultEntry {
    try {
      const event = toEvent(entry, call);
      for (const rule of rules.values()) if (reaches(rule, event)) deliver(rule, event);
      return { EventId: event.id };
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'UnsupportedOperation') throw error;
      return { ErrorCode: error.code, ErrorMessage: error.message };
    }
  }

  return {
    PutEvents(input: PutEventsRequest, call: Call): PutEventsResponse {
      checkMembers('PutEvents', input, ['Entries']);
      const { Entries: entries = [] } = input;
      if (entries.length === 0 || entries.length > MAXIMUM_ENTRIES) {
        throw validation(
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAXIMUM_ENTRIES}`,
        );
      }
      if (entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) >= MAXIMUM_BYTES) {
        throw validation('Total size of the entries in the request is over the limit.');
      }
      // assumption: AWS documents that the whole request fails, but not the error code.
      if (entries.every((entry) => REQUIRED.some((name) => !entry[name]))) {
        throw validation('Each entry must have Source, DetailType and Detail.');
      }
      const Entries = entries.map((entry) => putOne(entry, call));
      return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
    },
  };
};
