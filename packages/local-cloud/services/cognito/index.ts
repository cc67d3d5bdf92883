import type { Call, Cloud, Operation, Operations } from '../../service.ts';
import { CALM, type Weather } from '../../weather/index.ts';
import { type CloudTrail, createCloudTrail } from '../cloudtrail/index.ts';
import { attributeOperations } from './attribute-operations.ts';
import { audited, type PageVisit, recordPage } from './audit.ts';
import { challengeOperations } from './challenge.ts';
import { clientOperations } from './client-operations.ts';
import { confirmByLink } from './confirm-link.ts';
import type { CognitoCall, CognitoOperation, Context } from './context.ts';
import { createUserOperations } from './create-user.ts';
import { federatedSignIn } from './federation.ts';
import { groupOperations } from './group-operations.ts';
import { createIds } from './ids.ts';
import { listUserOperations } from './list-users.ts';
import type { SentMessage } from './model.ts';
import { poolOperations } from './pool-operations.ts';
import { createQuotas } from './quotas.ts';
import { changeSettings, DEFAULT_SETTINGS } from './settings.ts';
import { signInOperations } from './sign-in.ts';
import { signUpOperations } from './sign-up.ts';
import { userOperations } from './user-operations.ts';
import { verifyOperations } from './verify-operations.ts';

export { ASSUMPTIONS, PARTIAL } from './assumptions.ts';

/** Options for a test or a simulation. */
export interface CognitoOptions {
  /** Numbers in [0, 1) for ids and codes. Seeded when a run must be repeatable. */
  readonly random?: () => number;
  /** Takes the records. @default a new one */
  readonly cloudTrail?: CloudTrail;
  /** Calm by default. */
  readonly weather?: Weather;
}

/** Cognito user pools in memory. */
export interface Cognito {
  readonly operations: Operations;
  /** Views and changes, for calls in process. Without a body a setting is shown. */
  readonly admin: Readonly<Record<string, (body: unknown) => unknown>>;
  /** See `HostedService`. */
  readonly views: Readonly<Record<string, () => unknown>>;
  readonly changes: Readonly<Record<string, (body: unknown) => unknown>>;
  /** Every message sent, oldest first. */
  outbox(): readonly SentMessage[];
}

/** Creates the service; its SigV4 name is `cognito-idp`. */
export function createCognito(cloud: Cloud, options: CognitoOptions = {}): Cognito {
  const ids = createIds(options.random ?? Math.random);
  const weather = options.weather ?? CALM;
  const trail = options.cloudTrail ?? createCloudTrail(cloud, weather);
  let settings = DEFAULT_SETTINGS;
  const context: Context = {
    cloud,
    ids,
    pools: new Map(),
    tokens: new Map(),
    outbox: [],
    settings: () => settings,
    weather,
  };
  const takeQuota = createQuotas(cloud, context.settings);

  const publish = (name: string, run: CognitoOperation): Operation => {
    const limited: CognitoOperation = async (input, call) => {
      takeQuota(name);
      return run(input, call);
    };
    const recorded = audited(cloud, ids, trail, name, limited);
    return (input: never, call: Call) => recorded(input, { ...call, facts: {} } satisfies CognitoCall);
  };
  const all: Readonly<Record<string, CognitoOperation>> = {
    ...poolOperations(context),
    ...clientOperations(context),
    ...createUserOperations(context),
    ...userOperations(context),
    ...attributeOperations(context),
    ...verifyOperations(context),
    ...signUpOperations(context),
    ...signInOperations(context),
    ...challengeOperations(context),
    ...listUserOperations(context),
    ...groupOperations(context),
  };
  const visit = (page: PageVisit) => recordPage(cloud, ids, trail, page);
  const views = {
    settings: () => settings,
    outbox: () => [...context.outbox],
  };
  const changes: Cognito['changes'] = {
    settings: (body) => {
      settings = changeSettings(settings, body);
      return settings;
    },
    'federated-sign-in': (body) => federatedSignIn(context, visit, body),
    'confirm-by-link': (body) => confirmByLink(context, visit, body),
  };
  return {
    operations: Object.fromEntries(Object.entries(all).map(([name, run]) => [name, publish(name, run)])),
    admin: { ...views, ...changes },
    views,
    changes,
    outbox: () => [...context.outbox],
  };
}
