import * as z from 'zod';
import {
  COGNITO_LISTS_PER_SECOND,
  CONNECT_REQUESTS_PER_SECOND,
  policySchema,
  SWEEP_INTERVAL_MINUTES,
} from '../../lambda/config.ts';
import { alarmEmailSchema } from './alarm-email.ts';
import { chainSchema } from './chain.ts';
import { CONNECT_INSTANCE_ARN_FORM, parseConnectInstanceArn } from './connect-instance.ts';

/**
 * Days that CloudWatch Logs can keep a log.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Longest and shortest are 55 and about 12 characters. @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html */
const USER_POOL_ID = /^(?=.{1,55}$)[a-z]{2,4}(-[a-z]+)+-\d_[0-9a-zA-Z]+$/;

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html */
const SNS_TOPIC_ARN = /^arn:aws[\w-]*:sns:[a-z]{2,4}(-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE_NAME = /^[\w.-]{3,255}$/;

/** Log levels, the one with most lines first. */
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;

const numbers = new Intl.NumberFormat('en-US');

const RATE = CONNECT_REQUESTS_PER_SECOND;
const RATE_RANGE = `expected a number from ${RATE.min} to ${RATE.max}: requests per second, of which AWS allows 2 by default`;

const LISTS = COGNITO_LISTS_PER_SECOND;
const LISTS_RANGE = `expected a number from ${LISTS.min} to ${LISTS.max}: pages of users a second, of which AWS allows ${LISTS.max} to all callers together`;

const INTERVAL = SWEEP_INTERVAL_MINUTES;
const INTERVAL_RANGE = `expected a whole number of minutes from ${INTERVAL.min} to ${numbers.format(INTERVAL.max)}, or 0 for no sweep`;

/** Settings that are numbers within a range, as the file and the construct have them. */
export const ratesSchema = z.strictObject({
  connectRequestsPerSecond: z
    .number(RATE_RANGE)
    .min(RATE.min, RATE_RANGE)
    .max(RATE.max, RATE_RANGE)
    .default(RATE.default)
    .describe(
      'Requests per second and Connect operation, all functions together. AWS allows 2, shared by all callers in the account and Region: raise it only after the quota.',
    ),
  sweepIntervalMinutes: z
    .union(
      [z.literal(0), z.int(INTERVAL_RANGE).min(INTERVAL.min, INTERVAL_RANGE).max(INTERVAL.max, INTERVAL_RANGE)],
      INTERVAL_RANGE,
    )
    .default(INTERVAL.default)
    .describe(
      `Minutes from one pass of the sweep to the next: a pass finds changes that no event announced. ${INTERVAL.min} to ${numbers.format(INTERVAL.max)} (a week); 0 for none. Checked every quarter of an hour, so rounded up to a multiple of 15.`,
    ),
  cognitoListsPerSecond: z
    .number(LISTS_RANGE)
    .min(LISTS.min, LISTS_RANGE)
    .max(LISTS.max, LISTS_RANGE)
    .default(LISTS.default)
    .describe(
      'Pages of Cognito users (ListUsers, ListUsersInGroup) that the sweep lists in a second. AWS allows 30 for all callers together: the default leaves half of them to the applications of the pool.',
    ),
});

/**
 * Everything that can be set, as `connect-sync.json` has it. The rules that span several members (one pool, imported or
 * created; the account of the instance; the size) are in `config.ts`.
 */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors: "./connect-sync.schema.json".'),
  userPoolId: z
    .string()
    .regex(USER_POOL_ID, 'expected a user pool id such as "eu-west-1_Ab12Cd34E"')
    .optional()
    .describe('User pool whose users are synchronized; the stack goes to its Region. Either this or createUserPool.'),
  createUserPool: z.boolean().default(false).describe('Create a user pool instead of using one that exists.'),
  connectInstanceArn: z
    .string()
    .refine((arn) => parseConnectInstanceArn(arn) !== undefined, `expected ${CONNECT_INSTANCE_ARN_FORM}`)
    .describe('Amazon Connect instance whose users are updated. It may be in another Region, not in another account.'),
  stackName: z
    .string()
    .regex(
      STACK_NAME,
      'expected a name of letters, digits and hyphens that begins with a letter, at most 128 characters',
    )
    .optional()
    .describe(
      'Name of the CloudFormation stack. Default: ConnectSync-POOL-INSTANCE, where POOL is the id of the pool after its "_" and INSTANCE the first eight characters of the id of the instance; ConnectSync-INSTANCE for a pool that is created. Another name makes another stack.',
    ),
  existingTableName: z
    .string()
    .regex(TABLE_NAME, 'expected the name of a DynamoDB table: 3 to 255 letters, digits, "_", "-" and "."')
    .optional()
    .describe(
      'Table that an earlier deployment of the same pool and instance has left: its links and holds stay valid. Default: a new table.',
    ),
  connectRequestsPerSecond: ratesSchema.shape.connectRequestsPerSecond,
  logRetentionDays: z.literal(LOG_RETENTION_DAYS).default(30).describe('Days that the logs of the functions are kept.'),
  postAuthentication: z
    .boolean()
    .default(false)
    .describe('Reconcile a user after each sign-in too: for federated users, whose attributes change at sign-in.'),
  alarmTopicArn: z
    .string()
    .regex(SNS_TOPIC_ARN, 'expected the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME')
    .optional()
    .describe('SNS topic, in the Region of the stack, that is told when an alarm begins and ends.'),
  alarmEmail: alarmEmailSchema
    .optional()
    .describe(
      'E-mail address that is told when an alarm begins and ends: the stack makes a topic for it, beside alarmTopicArn if both are set. AWS sends the address a message first; open its link, or nothing arrives.',
    ),
  sweepIntervalMinutes: ratesSchema.shape.sweepIntervalMinutes,
  cognitoListsPerSecond: ratesSchema.shape.cognitoListsPerSecond,
  chain: chainSchema.prefault({}),
  logLevel: z
    .enum(LOG_LEVELS)
    .default('INFO')
    .describe(
      'How much the functions log. The alarms on held and failing users and on the sweep read lines of level INFO, and so does the graph of delays. With WARN, those on held and failing users count events in place of levels, and the others are left out. There is no level ERROR: held users and throttled tries are lines of level WARN.',
    ),
  ...policySchema.shape,
});

/** A complete, checked configuration: defaults are filled in. */
export type Configuration = z.output<typeof configurationSchema>;
