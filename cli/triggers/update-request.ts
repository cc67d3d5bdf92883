import { isObject, type JsonObject, memberAt, textAt, withMembers } from '../json.ts';

/**
 * Members of `DescribeUserPool` that `UpdateUserPool` does not take, because they cannot be changed or are facts about
 * the pool; `Name` goes as `PoolName`.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
export const DESCRIBED_ONLY: readonly string[] = [
  'Id',
  'Name',
  'Arn',
  'Status',
  'CreationDate',
  'LastModifiedDate',
  'SchemaAttributes',
  'AliasAttributes',
  'UsernameAttributes',
  'UsernameConfiguration',
  'EstimatedNumberOfUsers',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
  'Domain',
  'CustomDomain',
];

/** Members that both have. Whatever else a pool shows is newer than this list, and is sent as it is. */
export const SENT_BACK: readonly string[] = [
  'Policies',
  'DeletionProtection',
  'LambdaConfig',
  'AutoVerifiedAttributes',
  'SmsVerificationMessage',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'VerificationMessageTemplate',
  'SmsAuthenticationMessage',
  'UserAttributeUpdateSettings',
  'MfaConfiguration',
  'DeviceConfiguration',
  'EmailConfiguration',
  'SmsConfiguration',
  'UserPoolTags',
  'AdminCreateUserConfig',
  'UserPoolAddOns',
  'DcrConfiguration',
  'AccountRecoverySetting',
  'UserPoolTier',
  'KeyConfiguration',
  'IssuerConfiguration',
  'AcrConfiguration',
];

/** An `UpdateUserPool` request that leaves a pool as it is described. */
export interface UpdatePlan {
  readonly request: JsonObject;
  /** Names of the members sent that we do not know. */
  readonly unknown: readonly string[];
  /** Why it would not leave the pool as it is, a sentence for each member; with any of them it may not be sent. */
  readonly refusals: readonly string[];
}

/**
 * Turns a description of a pool into the request that sets all of it. Pure.
 *
 * @param pool - member `UserPool` of `DescribeUserPool`, raw.
 */
export function planUpdate(pool: JsonObject): UpdatePlan {
  const settled = settleLegacyMembers(pool);
  const members = Object.entries(settled).filter(([name]) => !DESCRIBED_ONLY.includes(name));
  const { Id, Name } = pool;
  return {
    request: { UserPoolId: Id ?? '', PoolName: Name ?? '', ...Object.fromEntries(members) },
    unknown: members.map(([name]) => name).filter((name) => !SENT_BACK.includes(name)),
    refusals: findRefusals(pool),
  };
}

/**
 * `UnusedAccountValidityDays` is the old name of `TemporaryPasswordValidityDays`. A pool that has the new member refuses
 * the old one. Both descriptions of a pool mean the same. Pure.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
 */
export function settleLegacyMembers(pool: JsonObject): JsonObject {
  const unused = memberAt(pool, 'AdminCreateUserConfig', 'UnusedAccountValidityDays');
  const { AdminCreateUserConfig, Policies } = pool;
  if (unused === undefined || !isObject(AdminCreateUserConfig)) return pool;
  const withoutUnused = withMembers(AdminCreateUserConfig, { UnusedAccountValidityDays: undefined });
  const policies = isObject(Policies) ? Policies : {};
  const password = isObject(policies.PasswordPolicy) ? policies.PasswordPolicy : {};
  return withMembers(pool, {
    AdminCreateUserConfig: withoutUnused,
    Policies: { ...policies, PasswordPolicy: { TemporaryPasswordValidityDays: unused, ...password } },
  });
}

/**
 * What AWS documents that it would refuse or change. AWS checks everything else, and the pool is read back afterwards.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_LambdaConfigType.html
 */
function findRefusals(pool: JsonObject): readonly string[] {
  const refusals: string[] = [];
  for (const name of ['Id', 'Name', 'Arn', 'UserPoolTier'])
    if (textAt(pool, name) === undefined)
      refusals.push(`${name}: the description of the pool has none, and an update without it would change the pool.`);
  const plain = textAt(pool, 'LambdaConfig', 'PreTokenGeneration');
  const versioned = textAt(pool, 'LambdaConfig', 'PreTokenGenerationConfig', 'LambdaArn');
  if (plain !== undefined && versioned !== undefined && plain !== versioned)
    refusals.push(
      `LambdaConfig: PreTokenGeneration is ${plain} and PreTokenGenerationConfig is ${versioned}, and UpdateUserPool takes them only when they are the same function.`,
    );
  return refusals;
}
