import { AwsError, unsupported } from '../../service.ts';

/** The settings of a schedule, with the members of the API. */
export interface ScheduleSettings {
  readonly Description?: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly ScheduleExpression: string;
  readonly State?: string;
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input?: string;
    readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number };
    readonly DeadLetterConfig?: object;
  };
}

/** The name of a schedule, and its group if it is not the default one. */
export interface ScheduleName {
  readonly Name: string;
  readonly GroupName?: string;
}

/** Checked settings. */
export interface CheckedSettings {
  /** The settings as they were sent, with defaults. */
  readonly settings: ScheduleSettings & { readonly State: 'ENABLED' | 'DISABLED' };
  readonly periodMs: number;
  /** The event of the function, as JSON. */
  readonly input: string;
}

const NOT_MODELLED = ['ActionAfterCompletion', 'EndDate', 'KmsKeyArn', 'ScheduleExpressionTimezone', 'StartDate'];
const FUNCTION = /^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/;
const MINUTE_MS = 60_000;
const UNITS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS };

/** A request that breaks a constraint of the API. */
export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

const constraint = (value: unknown, member: string, rule: string): AwsError =>
  validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

/** @throws {AwsError} ValidationException for a name that breaks its pattern; ResourceNotFoundException for a group. */
export function checkName({ Name, GroupName = 'default' }: ScheduleName): void {
  const pattern = '^[0-9a-zA-Z-_.]{1,64}$';
  if (!new RegExp(pattern).test(Name)) throw constraint(Name, 'name', `satisfy regular expression pattern: ${pattern}`);
  if (GroupName !== 'default')
    throw new AwsError('ResourceNotFoundException', `Schedule group ${GroupName} does not exist.`, 404);
}

/**
 * Checks the settings in a request. Pure.
 *
 * @throws {AwsError} ValidationException, or UnsupportedOperation that names what the local cloud does not model.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
export function checkSettings(request: ScheduleSettings): CheckedSettings {
  const { Description, FlexibleTimeWindow, ScheduleExpression, State = 'ENABLED', Target } = request;
  const refused = NOT_MODELLED.find((member) => Object.hasOwn(request, member));
  if (refused !== undefined) throw unsupported(`${refused} of a schedule`);
  if (State !== 'ENABLED' && State !== 'DISABLED')
    throw constraint(State, 'state', 'satisfy enum value set: [ENABLED, DISABLED]');
  if (FlexibleTimeWindow.Mode !== 'OFF')
    throw unsupported(`the flexible time window ${FlexibleTimeWindow.Mode} of a schedule, only OFF`);
  return {
    settings: {
      FlexibleTimeWindow,
      ScheduleExpression,
      State,
      Target,
      ...(Description === undefined ? {} : { Description }),
    },
    periodMs: parseRate(ScheduleExpression),
    input: checkTarget(Target),
  };
}

/** @returns the period in milliseconds. */
function parseRate(expression: string): number {
  if (/^(at|cron)\(/.test(expression)) throw unsupported(`the schedule expression ${expression}, only rates`);
  const [, digits, unit, plural] = /^rate\(([1-9]\d{0,8}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit === undefined || (digits === '1') !== (plural === ''))
    throw validation(`Invalid Schedule Expression ${expression}.`);
  return Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** @returns the input of the function. */
function checkTarget({ Arn, Input, RetryPolicy = {}, DeadLetterConfig }: ScheduleSettings['Target']): string {
  if (!FUNCTION.test(Arn)) throw unsupported(`the target ${Arn} of a schedule, only functions`);
  if (DeadLetterConfig !== undefined) throw unsupported('DeadLetterConfig of a schedule');
  const { MaximumEventAgeInSeconds: age = 86_400, MaximumRetryAttempts: retries = 185 } = RetryPolicy;
  if (!(age >= 60 && age <= 86_400))
    throw constraint(age, 'target.retryPolicy.maximumEventAgeInSeconds', 'have value between 60 and 86400');
  if (retries !== 0) throw unsupported('retries of a schedule, only MaximumRetryAttempts 0');
  if (Input === undefined) throw unsupported('a schedule without Input');
  if (Input.includes('<aws.scheduler.')) throw unsupported('context attributes in the Input of a schedule');
  if (!isJson(Input)) throw validation('The input of a target that is a function must be well-formed JSON.');
  return Input;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
