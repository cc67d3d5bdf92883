import { AwsError, type Cloud } from '../../service.ts';
import { CALM, type Weather } from '../../weather/index.ts';
import { type CloudTrailRecord, toSeconds } from './record.ts';
import type { Trail } from './trail.ts';
import { createTrails, type Trails } from './trails.ts';

export { HIDDEN, toPageRecord, toRecord } from './record.ts';

/** How records are delivered to EventBridge. AWS guarantees no time, no order and no single delivery. */
interface DeliverySettings {
  /** Milliseconds from the answer of the call to the event. */
  readonly delayMs: number;
  /** Share of records delivered twice, 0 to 1. */
  readonly duplicate: number;
  /** Share of records never delivered, 0 to 1. */
  readonly lose: number;
  /** Share of records that are delayed by up to {@link SHUFFLE_MS} more, so that later ones arrive before them, 0 to 1. */
  readonly shuffle: number;
  /** Seed of the random decisions. The same seed decides the same for the same sequence of records. */
  readonly seed: number;
}

/** Longest extra delay of a shuffled record, milliseconds. */
const SHUFFLE_MS = 2_000;

/** What {@link createCloudTrail} returns. */
export interface CloudTrail {
  /** Plans the delivery of a record. Never throws and never waits. `at` is the time of the call. */
  deliver(record: CloudTrailRecord, at: number): void;
  settings(): DeliverySettings;
  /** How many records are not delivered yet. */
  underWay(): number;
  /** Deliveries that EventBridge refused, newest last. */
  undelivered(): readonly string[];
  readonly operations: Trails['operations'];
  /** With a body it changes the settings or replaces the trails. Without one it shows them. */
  readonly admin: {
    readonly settings: (body: unknown) => DeliverySettings;
    readonly trails: (body: unknown) => readonly Trail[];
  };
}

/** What AWS does not document about the delivery from CloudTrail to EventBridge. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'CloudTrail delivery time',
    assumed: 'At once, once and in order; delay, loss, duplication and reordering are settings.',
    switch: 'delayMs, duplicate, lose, shuffle, seed',
  },
  {
    topic: 'CloudTrail and EventBridge',
    assumed:
      'A record reaches EventBridge when a trail that logs here takes it, and then once, however many trails do. Without one nothing arrives.',
    switch: 'trails',
  },
  { topic: 'CloudTrail responseElements', assumed: 'null for every Cognito call, as observed for attribute updates.' },
  {
    topic: 'CloudTrail read-only calls',
    assumed: 'Their records reach EventBridge with readOnly true; which rules see them is for EventBridge to decide.',
  },
];

const DEFAULTS: DeliverySettings = { delayMs: 0, duplicate: 0, lose: 0, shuffle: 0, seed: 1 };

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function parseSettings(current: DeliverySettings, body: unknown): DeliverySettings {
  if (body === undefined || body === null) return current;
  if (typeof body !== 'object') throw new AwsError('ValidationException', 'Settings must be a JSON object.');
  for (const [name, value] of Object.entries(body)) {
    const rate = name === 'duplicate' || name === 'lose' || name === 'shuffle';
    const ok = typeof value === 'number' && value >= 0 && (!rate || value <= 1);
    if (!(name in DEFAULTS) || !ok)
      throw new AwsError('ValidationException', `CloudTrail setting ${name} cannot be ${JSON.stringify(value)}.`);
  }
  return { ...current, ...body };
}

/** Creates the part of CloudTrail that sends records to the default event bus of EventBridge. In calm weather it sends at once. */
export function createCloudTrail(cloud: Cloud, weather: Weather = CALM): CloudTrail {
  let settings = DEFAULTS;
  let random = createRandom(settings.seed);
  const refused: string[] = [];
  const trails = createTrails(cloud);
  let underWay = 0;

  const put = async (record: CloudTrailRecord, at: number) => {
    const { Entries = [] } = await cloud.call<{ Entries?: { ErrorCode?: string; ErrorMessage?: string }[] }>(
      'events',
      'PutEvents',
      {
        Entries: [
          {
            Source: 'aws.cognito-idp',
            DetailType:
              record.eventType === 'AwsServiceEvent'
                ? 'AWS Service Event via CloudTrail'
                : 'AWS API Call via CloudTrail',
            Detail: JSON.stringify(record),
            Time: new Date(toSeconds(at)),
          },
        ],
      },
      {
        kind: 'service',
        principal: 'cloudtrail.amazonaws.com',
        sourceArn: `arn:aws:cloudtrail:${cloud.region}:${cloud.accountId}:trail/local`,
      },
    );
    for (const { ErrorCode, ErrorMessage } of Entries)
      if (ErrorCode !== undefined) refused.push(`${String(record.eventName)}: ${ErrorCode} ${ErrorMessage ?? ''}`);
  };

  return {
    operations: trails.operations,
    deliver(record, at) {
      if (!trails.takes(record)) return;
      // Draw the same number of random values for each record, so that one setting does not change the decisions of another.
      const [lost, twice, late, howLate] = [random(), random(), random(), random()];
      if (lost < settings.lose) return;
      const delayMs = settings.delayMs + (late < settings.shuffle ? Math.ceil(howLate * SHUFFLE_MS) : 0);
      const lateMs = Math.ceil(weather.strike('late-record', 'records') ?? 0);
      const secondMs = weather.strike('doubled-record', 'records');
      const copies = [
        lateMs,
        ...(twice < settings.duplicate ? [lateMs] : []),
        ...(secondMs === undefined ? [] : [Math.ceil(secondMs)]),
      ];
      underWay += copies.length;
      for (const copyMs of copies)
        cloud.clock.schedule(delayMs + copyMs, () => {
          put(record, at)
            .catch((error: unknown) => refused.push(`${String(record.eventName)}: ${String(error)}`))
            .finally(() => {
              underWay -= 1;
            });
        });
    },
    settings: () => settings,
    underWay: () => underWay,
    undelivered: () => refused,
    admin: {
      settings: (body) => {
        const next = parseSettings(settings, body);
        if (next !== settings) random = createRandom(next.seed);
        settings = next;
        return settings;
      },
      trails: trails.change,
    },
  };
}
