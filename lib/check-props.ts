import { Arn, ArnFormat, type Stack, Token } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { type Policy, type Problem, policySchema } from '../lambda/config.ts';
import { type Attachment, planAttachment } from './attachment.ts';
import { alarmEmailSchema } from './configuration/alarm-email.ts';
import { type Chain, findUnusableChain } from './configuration/chain.ts';
import { configErrorOf, toProblems } from './configuration/configuration-problems.ts';
import { ratesSchema } from './configuration/configuration-schema.ts';
import {
  CONNECT_INSTANCE_ARN_FORM,
  type ConnectInstance,
  findForeignPartition,
  parseConnectInstanceArn,
} from './configuration/connect-instance.ts';
import { findEmailOnSaml } from './configuration/email-on-saml.ts';
import { findOversizedPolicy } from './configuration/policy-environment.ts';
import type { ChainedFunctions, IdentitySyncProps } from './identity-sync-props.ts';

/** The props of `IdentitySync` once they are checked: defaults are filled in. */
export interface CheckedProps {
  readonly instance: ConnectInstance;
  readonly policy: Policy;
  readonly chain: Chain;
  readonly connectRequestsPerSecond: number;
  /** 0 where no sweep is wanted. */
  readonly sweepIntervalMinutes: number;
  readonly cognitoListsPerSecond: number;
  readonly attachment: Attachment;
}

const isKnown = (value: string) => !Token.isUnresolved(value);

/**
 * Checks the props of `IdentitySync` as far as their values are known at synthesis.
 *
 * @throws {ConfigError} with every problem there is, not only the first.
 */
export function checkProps(stack: Stack, props: IdentitySyncProps): CheckedProps {
  const { connectRequestsPerSecond, sweepIntervalMinutes, cognitoListsPerSecond } = props;
  const givenRates = { connectRequestsPerSecond, sweepIntervalMinutes, cognitoListsPerSecond };
  const rates = ratesSchema.safeParse(givenRates);
  const policy = policySchema.safeParse(props.policy ?? {});
  const instance = readInstance(props.connectInstanceArn);
  const chain = arnsOf(props.chain ?? {});
  const { userPool, postAuthentication = false, attachTriggers } = props;
  const { attachment, problems: attachmentProblems } = planAttachment(stack, {
    userPool,
    chain,
    postAuthentication,
    attachTriggers,
  });
  const problems = [
    ...(instance ? findMisplaced(stack, props.userPool, instance) : [noInstance(props.connectInstanceArn)]),
    ...findUnusableChain(knownArns(chain), {
      ...(isKnown(stack.account) && { account: stack.account }),
      ...(isKnown(stack.region) && { region: stack.region }),
    }),
    ...[
      ...(policy.success ? findOversizedPolicy(policy.data) : toProblems(policy.error, props.policy)),
      ...findEmailOnSaml(props.policy ?? {}, { filledIn: true }),
    ].map(({ path, message }) => ({ path: path === 'config' ? 'policy' : `policy.${path}`, message })),
    ...(rates.success ? [] : toProblems(rates.error, givenRates)),
    ...findUnusableEmail(props),
    ...attachmentProblems,
  ];
  if (problems.length > 0 || !policy.success || !rates.success || instance === undefined) throw configErrorOf(problems);
  return { instance, policy: policy.data, chain, attachment, ...rates.data };
}

function findUnusableEmail({ alarmEmail }: IdentitySyncProps): readonly Problem[] {
  if (alarmEmail === undefined || !isKnown(alarmEmail)) return [];
  const { error } = alarmEmailSchema.safeParse(alarmEmail);
  return error === undefined
    ? []
    : toProblems(error, alarmEmail).map(({ message }) => ({ path: 'alarmEmail', message }));
}

/** An ARN may be a reference to another resource, and is then taken apart by CloudFormation. */
function readInstance(arn: string): ConnectInstance | undefined {
  if (isKnown(arn)) return parseConnectInstanceArn(arn);
  const {
    partition = '',
    region = '',
    account = '',
    resourceName = '',
  } = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
  return { arn, partition, region, account, instanceId: resourceName };
}

const noInstance = (arn: string): Problem => ({
  path: 'connectInstanceArn',
  message: `received ${JSON.stringify(arn)}; expected ${CONNECT_INSTANCE_ARN_FORM}`,
});

const arnsOf = (chain: ChainedFunctions): Chain => ({
  customMessage: chain.customMessage?.functionArn,
  postConfirmation: chain.postConfirmation?.functionArn,
  postAuthentication: chain.postAuthentication?.functionArn,
});

/** A function that the same app makes has no ARN yet. */
const knownArns = (chain: Chain): Chain =>
  Object.fromEntries(Object.entries(chain).filter(([, arn]) => arn === undefined || isKnown(arn)));

function findMisplaced(stack: Stack, { userPoolId }: IUserPool, instance: ConnectInstance) {
  const { account, region } = instance;
  const problems: Problem[] = isKnown(instance.arn)
    ? [...findForeignPartition(instance, isKnown(stack.region) ? stack.region : undefined)]
    : [];
  if (isKnown(account) && isKnown(stack.account) && account !== stack.account)
    problems.push({
      path: 'connectInstanceArn',
      message: `received an instance of account ${account} (${region}); expected one of the stack's account ${stack.account}: Connect takes no calls from another account`,
    });
  const poolRegion = userPoolId.split('_')[0];
  if (isKnown(userPoolId) && isKnown(stack.region) && poolRegion !== stack.region)
    problems.push({
      path: 'userPool',
      message: `received ${userPoolId}, a pool in ${poolRegion}; expected one in the stack's Region ${stack.region}: set the Region of the stack to ${poolRegion}`,
    });
  return problems;
}
