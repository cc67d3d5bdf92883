import { type Policy, type Problem, policySchema } from '../../lambda/config.ts';
import type { ConnectInstance } from './connect-instance.ts';

/**
 * Room for the policy, bytes. All variables of a Lambda function together may take 4,096; the others (names of
 * resources, most of them made by CloudFormation and up to about 250 characters long) need the rest.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_POLICY_BYTES = 2_900;

/** The part of a configuration that is policy, without the rest. Pure. */
export const pickPolicy = (configuration: Policy): Policy =>
  policySchema.parse(
    Object.fromEntries(Object.keys(policySchema.shape).map((key) => [key, configuration[key as keyof Policy]])),
  );

/** What the functions that call Connect have in common; `connectFields` of `lambda` reads it. Pure. */
export const connectEnvironment = (instance: ConnectInstance, connectRequestsPerSecond: number, policy: Policy) => ({
  CONNECT_INSTANCE_ID: instance.instanceId,
  CONNECT_REGION: instance.region,
  CONNECT_REQUESTS_PER_SECOND: String(connectRequestsPerSecond),
  POLICY: JSON.stringify(policy),
});

/** Tells whether a policy is too long for the environment of a function, and what makes it so. Pure. */
export function findOversizedPolicy(configuration: Policy): readonly Problem[] {
  const policy = pickPolicy(configuration);
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes(policy) <= MAX_POLICY_BYTES) return [];
  const { mapping, adoption, email } = policy;
  const members = Object.entries({
    mapping,
    adoption,
    'email.allowedDomains': email.allowedDomains,
    'email.trustedProviders': email.trustedProviders,
    'email.protectedSecurityProfiles': email.protectedSecurityProfiles,
  });
  const [path, value] = members.reduce((longest, member) => (bytes(member[1]) > bytes(longest[1]) ? member : longest));
  return [
    {
      path,
      message: `mapping, adoption and email together take ${bytes(policy)} bytes as JSON, this one ${bytes(value)}; a Lambda function has room for ${MAX_POLICY_BYTES}: shorten it`,
    },
  ];
}
