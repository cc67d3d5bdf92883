import { AwsError, type Cloud } from '../../service.ts';

/**
 * AWS's quota categories and their members.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
export const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  UserCreation: ['AdminCreateUser', 'SignUp', 'ConfirmSignUp', 'AdminConfirmSignUp'],
  UserAuthentication: ['InitiateAuth', 'AdminInitiateAuth', 'RespondToAuthChallenge', 'AdminRespondToAuthChallenge'],
  UserAccountRecovery: ['AdminSetUserPassword'],
  UserRead: ['AdminGetUser', 'GetUser'],
  UserUpdate: [
    'AdminUpdateUserAttributes',
    'AdminDeleteUserAttributes',
    'UpdateUserAttributes',
    'DeleteUserAttributes',
    'VerifyUserAttribute',
    'GetUserAttributeVerificationCode',
    'AdminDeleteUser',
    'DeleteUser',
    'AdminEnableUser',
    'AdminDisableUser',
  ],
  UserList: ['ListUsers', 'ListUsersInGroup'],
  UserPoolRead: ['DescribeUserPool', 'GetUserPoolMfaConfig', 'ListUserPools'],
  UserPoolUpdate: ['CreateUserPool', 'UpdateUserPool', 'DeleteUserPool', 'AddCustomAttributes'],
};

const CATEGORY_OF = new Map(
  Object.entries(CATEGORIES).flatMap(([category, names]) => names.map((name) => [name, category] as const)),
);

/** The settings that this check reads. */
interface QuotaSettings {
  readonly quotas: Readonly<Record<string, number>>;
}

/**
 * Creates the check that refuses a call above the rate of its category. Each category has a token bucket, which fills at the
 * configured rate and holds the tokens of one second.
 */
export function createQuotas(cloud: Cloud, settings: () => QuotaSettings): (operation: string) => void {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (operation) => {
    const category = CATEGORY_OF.get(operation);
    const rate = category === undefined ? undefined : settings().quotas[category];
    if (category === undefined || rate === undefined) return;
    const now = cloud.clock.now();
    const capacity = Math.max(1, rate);
    const { tokens, at } = buckets.get(category) ?? { tokens: capacity, at: now };
    const available = Math.min(capacity, tokens + ((now - at) / 1000) * rate);
    buckets.set(category, { tokens: available >= 1 ? available - 1 : available, at: now });
    if (available < 1) throw new AwsError('TooManyRequestsException', 'Rate exceeded');
  };
}
