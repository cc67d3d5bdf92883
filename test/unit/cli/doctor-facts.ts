import { runChecks } from '../../../cli/doctor/doctor.ts';
import type { DeploymentFacts, DeploymentParts, DoctorFacts, PoolFacts } from '../../../cli/doctor/facts.ts';
import type { Selectors, StackFacts } from '../../../cli/doctor/ports.ts';
import { known, type Reading } from '../../../cli/doctor/reading.ts';
import type { Occupant } from '../../../cli/triggers/occupants.ts';
import { type Policy, policySchema } from '../../../lambda/core/policy.ts';
import { OURS, POOL_ARN, POOL_ID } from './doubles.ts';

export const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:on-call';
const INSTANCE_ID = '11111111-2222-3333-4444-555555555555';
export const NOW = Date.UTC(2026, 0, 10);
const MINUTE = 60_000;

export const HEALTHY_POOL: PoolFacts = {
  arn: POOL_ARN,
  attributes: ['sub', 'name', 'given_name', 'family_name', 'email', 'phone_number', 'custom:agent', 'custom:team'],
  selfSignUp: false,
  keepsVerifiedEmail: true,
};

/** A policy that protects every profile of the healthy instance that may edit users. */
const policy = (members: object = {}): Policy =>
  policySchema.parse({ email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager'] }, ...members });

export const settings = (members: object = {}, connectRequestsPerSecond = 1.95) =>
  known({
    policy: policy(members),
    connectRequestsPerSecond,
    instance: { id: INSTANCE_ID, region: 'eu-west-1' },
  });

export const basic = (members: Partial<Selectors['basic'][number]> = {}): Reading<Selectors> =>
  known({ basic: [{ readWriteType: 'All', management: true, excluded: [], ...members }], advanced: [] });

export const trail = (members: Partial<Extract<DoctorFacts['trails'], { state: 'read' }>['value'][number]> = {}) => ({
  arn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all',
  homeRegion: 'eu-west-1',
  multiRegion: true,
  logging: known(true),
  selectors: basic(),
  ...members,
});

export const occupant = (state: Occupant['state'], arn = OURS): Occupant => ({ arn, state });

const alarm = {
  name: 'ConnectSync-DeadLetters',
  state: 'OK',
  actionsEnabled: true,
  actions: [TOPIC],
  description: 'Changes were given up.',
};
export const alarms = (members: Partial<typeof alarm> = {}): DeploymentParts['alarms'] =>
  known({ names: [alarm.name], found: [{ ...alarm, ...members }] });

export const topic = (confirmed: number, pending: number) => ({ [TOPIC]: known({ arn: TOPIC, confirmed, pending }) });

const NO_MESSAGES = { visible: 0, hidden: 0 };

/** The stack of a healthy deployment. */
export const STACK: StackFacts = {
  name: 'ConnectSync',
  status: 'CREATE_COMPLETE',
  createdAt: NOW - 3 * 24 * 60 * MINUTE,
  outputs: { Version: '1.2.3' },
};

export const deployment = (members: Partial<DeploymentParts> = {}): Reading<DeploymentFacts> =>
  known({
    stack: STACK,
    parts: {
      worker: settings(),
      functions: { 'pool-trigger': known({ state: 'Active', lastUpdate: 'Successful' }) },
      mappings: known(['Enabled']),
      schedule: known({ name: 'sweep', state: 'ENABLED' }),
      rules: known([
        { name: 'admin', state: 'ENABLED', targets: 1 },
        { name: 'pages', state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', targets: 1 },
      ]),
      queues: known({ changes: NO_MESSAGES, dead: NO_MESSAGES, deadIntake: NO_MESSAGES }),
      alarms: alarms(),
      topics: topic(1, 0),
      sweep: known({
        state: { startedAt: NOW - 21 * MINUTE, finishedAt: NOW - 20 * MINUTE, leaseUntil: NOW },
        intervalMinutes: 60,
      }),
      routes: known({ cloudTrail: 1, others: 20 }),
      ...members,
    },
  });

/** A healthy deployment; `members` are planted. */
export const facts = (members: Partial<DoctorFacts> = {}): DoctorFacts => ({
  now: NOW,
  cliVersion: '1.2.3',
  region: 'eu-west-1',
  caller: 'arn:aws:sts::111122223333:assumed-role/operator/me',
  userPoolId: POOL_ID,
  settings: settings(),
  instanceAccount: '111122223333',
  notDeployed: known([]),
  pool: known(HEALTHY_POOL),
  clients: known([{ id: 'c1', name: 'app', writes: ['given_name', 'email'] }]),
  triggers: known({
    occupants: { CustomMessage: occupant('ours'), PostConfirmation: occupant('ours') },
    permission: 'given',
  }),
  chained: {},
  instance: known({
    id: INSTANCE_ID,
    arn: `arn:aws:connect:eu-west-1:111122223333:instance/${INSTANCE_ID}`,
    alias: 'desk',
    identityManagementType: 'CONNECT_MANAGED',
  }),
  profiles: known(['Admin', 'Agent', 'CallCenterManager']),
  unprotected: known([{ name: 'Agent', editsUsers: known(false) }]),
  trails: known([trail()]),
  quotas: known([
    { operation: 'UpdateUserIdentityInfo', code: 'L-66B5F86E', applied: known(undefined) },
    { operation: 'DescribeUser', code: 'L-EE6F0D82', applied: known(10) },
  ]),
  deployment: deployment(),
  ...members,
});

/** Checks of a deployment that are not in order; `members` are planted. */
export const complaints = (members: Partial<DoctorFacts>) =>
  runChecks(facts(members)).filter(({ verdict }) => verdict.state !== 'ok');
