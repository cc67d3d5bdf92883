import { CONNECT_REQUESTS_PER_SECOND } from '../../lambda/core/settings.ts';
import type { InstanceFacts, ListedPool } from '../doctor/ports.ts';
import type { Reading } from '../doctor/reading.ts';
import type { Json, JsonObject } from '../json.ts';

/** What the proposal of settings depends on. */
export interface InitFacts {
  readonly pool: ListedPool;
  readonly instance: InstanceFacts;
  /** People sign in by address or phone number, so that Cognito makes the user names. */
  readonly generatedUsernames: Reading<boolean>;
  /** Security profiles whose holders may edit users. */
  readonly editors: Reading<readonly string[]>;
  /** The lowest applied quota of the Connect operations that the product calls; `undefined` where none is applied. */
  readonly lowestQuota: Reading<number | undefined>;
  /** The address that the operator wants alarms to tell. */
  readonly alarmEmail: string | undefined;
}

/** A setting that is proposed, and why. */
export interface Proposal {
  readonly setting: string;
  readonly value: Json;
  readonly reason: string;
}

/**
 * Share of a quota that the product uses, as the default rate uses 1.95 of 2. The rest is for the console and other tools.
 */
const SHARE = 0.975;

/** The permission that a read lacked, or that AWS did not answer. Pure. */
const gapOf = (reading: Reading<unknown>): string =>
  reading.state === 'denied' ? `needs permission ${reading.permission}` : 'AWS did not answer';

/** Proposes settings for a pool and an instance, each with its reason. Pure. */
export function proposeSettings({ pool, instance, ...facts }: InitFacts): readonly Proposal[] {
  const { identityManagementType } = instance;
  return [
    { setting: 'userPoolId', value: pool.id, reason: `the pool ${pool.name}` },
    { setting: 'connectInstanceArn', value: instance.arn, reason: `the instance ${instance.alias}` },
    {
      setting: 'mode',
      value: 'observe',
      reason: 'nothing is written to Connect before you have seen what would be',
    },
    ...(identityManagementType === 'CONNECT_MANAGED' || identityManagementType === 'SAML'
      ? [
          {
            setting: 'identityManagementType',
            value: identityManagementType,
            reason: 'as the instance has it: the worker need not ask',
          },
        ]
      : []),
    ...proposeProtection(facts.editors, identityManagementType),
    ...proposeRule(facts.generatedUsernames),
    ...proposeRate(facts.lowestQuota),
    ...(facts.alarmEmail === undefined
      ? []
      : [{ setting: 'alarmEmail', value: facts.alarmEmail, reason: 'is told of alarms, once its link is opened' }]),
  ];
}

/** What no setting is proposed for, because it could not be read: a sentence each. Pure. */
export const describeGaps = ({
  generatedUsernames,
  lowestQuota,
}: Pick<InitFacts, 'generatedUsernames' | 'lowestQuota'>): readonly string[] => [
  ...(generatedUsernames.state === 'read'
    ? []
    : [
        `Whether the pool makes user names itself was not read (${gapOf(generatedUsernames)}): no adoption rule is proposed.`,
      ]),
  ...(lowestQuota.state === 'read'
    ? []
    : [`The quotas of Connect were not read (${gapOf(lowestQuota)}): no rate is proposed.`]),
];

function proposeProtection(editors: InitFacts['editors'], type: string | undefined): readonly Proposal[] {
  const setting = 'email.protectedSecurityProfiles';
  if (type === 'SAML') return [];
  if (editors.state !== 'read')
    return [
      { setting, value: ['Admin'], reason: `the default; who else may edit users was not read (${gapOf(editors)})` },
    ];
  if (editors.value.length === 0) return [];
  return [{ setting, value: editors.value, reason: 'their holders may edit users: they never get a new address' }];
}

function proposeRule(generated: InitFacts['generatedUsernames']): readonly Proposal[] {
  if (generated.state !== 'read' || !generated.value) return [];
  return [
    {
      setting: 'adoption.rules',
      value: [{ kind: 'username', attribute: 'email' }],
      reason: 'the pool makes user names itself, so the address has to be the Connect user name',
    },
  ];
}

function proposeRate(lowest: InitFacts['lowestQuota']): readonly Proposal[] {
  if (lowest.state !== 'read' || lowest.value === undefined) return [];
  const rate = Math.floor(lowest.value * SHARE * 100) / 100;
  const { default: usual, min, max } = CONNECT_REQUESTS_PER_SECOND;
  if (rate >= usual) return [];
  return [
    {
      setting: 'connectRequestsPerSecond',
      value: Math.min(max, Math.max(min, rate)),
      reason: `AWS allows this account ${lowest.value} requests a second`,
    },
  ];
}

/** The configuration that proposals make: `email.x` becomes a member of `email`. Pure. */
export function configurationOf(proposals: readonly Proposal[]): JsonObject {
  const configuration: Record<string, Json> = {};
  for (const { setting, value } of proposals) {
    const [name = '', member] = setting.split('.');
    const section = configuration[name];
    configuration[name] =
      member === undefined
        ? value
        : { ...(typeof section === 'object' && section !== null ? section : {}), [member]: value };
  }
  return configuration;
}
