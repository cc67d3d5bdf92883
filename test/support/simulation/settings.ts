import type { SettingsPatch } from '../../../packages/local-cloud/services/connect/settings.ts';
import type { Forecast } from '../../../packages/local-cloud/weather/index.ts';
import type { Fault } from './faults.ts';
import type { Person } from './people.ts';

/** Everything that a run of the product is made of, before anything happens in it. */
export interface WorldSettings {
  /** Decides latencies, jitter, ids and the delivery of CloudTrail records. */
  readonly seed: number;
  /** As `connect-sync.json` would say it. */
  readonly policy: object;
  readonly type: 'CONNECT_MANAGED' | 'SAML';
  readonly connect: SettingsPatch;
  readonly pool: {
    /** A new address stays pending until it is verified. */
    readonly pendingEmail: boolean;
    readonly selfSignUp: boolean;
    readonly customMessageValues: 'new' | 'old';
    /** How long Cognito takes to store a value after its trigger has answered, milliseconds. */
    readonly storeDelayMs: number;
  };
  readonly trail: {
    readonly delayMs: number;
    readonly duplicate: number;
    readonly lose: number;
    readonly shuffle: number;
  };
  /** Errors of clocks, milliseconds: one for each sandbox in turn, and that of Cognito. */
  readonly skew: { readonly ours: readonly number[]; readonly cognito: number };
  /** Longest way from a function to a service and back, milliseconds. */
  readonly latencyMs: number;
  readonly people: readonly Person[];
  readonly faults: readonly Fault[];
  /** The weather until everything works again. The seed of the run decides when it has an effect. */
  readonly weather: Forecast['level'];
}

/** The default settings: one linked person, exact clocks, no faults. */
export const CALM: WorldSettings = {
  seed: 1,
  policy: {},
  type: 'CONNECT_MANAGED',
  connect: {},
  pool: { pendingEmail: false, selfSignUp: false, customMessageValues: 'new', storeDelayMs: 0 },
  trail: { delayMs: 200, duplicate: 0, lose: 0, shuffle: 0 },
  skew: { ours: [0], cognito: 0 },
  latencyMs: 40,
  people: [{ agent: 'linked', sameEmail: true, admin: false, member: true }],
  faults: [],
  weather: 'off',
};

/** Requests per second that the workers are held to. */
export const RATE = 1.95;
/** Requests that may come at once after a quiet time. */
export const BURST = 4.25;

/** As the stack configures it, milliseconds and receives. */
export const DEPLOYED = {
  worker: { timeoutMs: 30_000, batchSize: 10, concurrency: 2 },
  intakeTimeoutMs: 30_000,
  sweepTimeoutMs: 870_000,
  triggerTimeoutMs: 5_000,
  visibilityTimeoutSeconds: 180,
  maxReceiveCount: 250,
};
