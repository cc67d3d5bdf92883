import type { Cancel } from '../../clock.ts';
import { AwsError, type Cloud, type Operations } from '../../service.ts';
import { checkTrust, invokeTarget, type PoliciesOf, repeat } from './invoke.ts';
import {
  type CheckedSettings,
  checkName,
  checkSettings,
  type ScheduleName,
  type ScheduleSettings,
} from './schedule.ts';

/** What is assumed because AWS does not document it, and documented facts that surprise. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'First invocation of a rate without start date',
    assumed:
      'at once when it is created, as https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based has it; AWS: with a precision of 60 seconds',
  },
  {
    topic: 'First invocation after UpdateSchedule',
    assumed: 'at once when it is enabled, whatever was changed, and a period from then on: as for a new schedule',
  },
  {
    topic: 'Units of a rate',
    assumed: 'agree with the value, as those of EventBridge rules have to: rate(1 hours) and rate(2 hour) are refused',
  },
  {
    topic: 'Invocations that are refused or fail',
    assumed: 'dropped, as there are no retries; counted, with the last reason, in `GET /_local/stats`',
  },
];

const SETTINGS =
  'rates that invoke a function with Input, without retries, dead-letter queue and flexible window, in the default group; ClientToken is not looked at';

/** What is missing from operations that are served in part, in addition to the members that they refuse. */
export const PARTIAL: Readonly<Record<string, string>> = {
  CreateSchedule: SETTINGS,
  UpdateSchedule: 'as CreateSchedule',
};

interface Schedule extends CheckedSettings {
  readonly name: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly tally: Tally;
  readonly stop: Cancel;
}

/** Invocations since a schedule was created: how many were tried, and how many of them Lambda refused. */
interface Tally {
  invocations: number;
  errors: number;
  lastError?: string;
}

/** EventBridge Scheduler. */
export interface Scheduler {
  readonly operations: Operations;
  stats(): Readonly<Record<string, Readonly<Tally>>>;
  /** Ends all schedules. */
  close(): void;
}

/**
 * Creates EventBridge Scheduler without schedules, and with the default group only.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html
 */
export function createScheduler(cloud: Cloud, { policiesOf }: { readonly policiesOf: PoliciesOf }): Scheduler {
  const schedules = new Map<string, Schedule>();

  const find = (request: ScheduleName): Schedule => {
    checkName(request);
    const schedule = schedules.get(request.Name);
    if (schedule !== undefined) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${request.Name} does not exist.`, 404);
  };
  const arnOf = (name: string) => `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:schedule/default/${name}`;

  function put(name: string, checked: CheckedSettings, current?: Schedule): { readonly ScheduleArn: string } {
    const { settings, periodMs, input } = checked;
    checkTrust(cloud, policiesOf, settings.Target.RoleArn);
    current?.stop();
    const tally: Tally = current?.tally ?? { invocations: 0, errors: 0 };
    const run = (): void => {
      tally.invocations++;
      invokeTarget(cloud, policiesOf, name, settings.Target, input).catch((error: unknown) => {
        tally.errors++;
        tally.lastError = error instanceof Error ? error.message : String(error);
      });
    };
    const stop = settings.State === 'ENABLED' ? repeat(cloud.clock, periodMs, run) : () => undefined;
    const changedAt = new Date(cloud.clock.now());
    schedules.set(name, { ...checked, name, createdAt: current?.createdAt ?? changedAt, changedAt, tally, stop });
    return { ScheduleArn: arnOf(name) };
  }

  const operations = {
    CreateSchedule(request: ScheduleName & ScheduleSettings) {
      checkName(request);
      const checked = checkSettings(request);
      if (schedules.has(request.Name))
        throw new AwsError('ConflictException', `Schedule ${request.Name} already exists.`, 409);
      return put(request.Name, checked);
    },
    GetSchedule(request: ScheduleName) {
      const { name, settings, createdAt, changedAt } = find(request);
      return {
        Name: name,
        GroupName: 'default',
        Arn: arnOf(name),
        CreationDate: createdAt,
        LastModificationDate: changedAt,
        ...settings,
      };
    },
    /** Replaces all settings. A setting that is left out returns to its default. */
    UpdateSchedule(request: ScheduleName & ScheduleSettings) {
      const checked = checkSettings(request);
      return put(request.Name, checked, find(request));
    },
    DeleteSchedule(request: ScheduleName) {
      find(request).stop();
      schedules.delete(request.Name);
      return {};
    },
  };
  return {
    operations,
    stats: () => Object.fromEntries([...schedules].map(([name, { tally }]) => [name, tally])),
    close() {
      for (const { stop } of schedules.values()) stop();
      schedules.clear();
    },
  };
}
