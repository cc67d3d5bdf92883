import type {
  CreateUserPoolClientRequest,
  GroupType,
  SchemaAttributeType,
  UpdateUserPoolRequest,
  UserPoolType,
  UserStatusType,
} from '@aws-sdk/client-cognito-identity-provider';

/** The two attributes that a code can verify. */
export type VerifiableAttribute = 'email' | 'phone_number';

/** What a code confirms. */
export type CodePurpose = VerifiableAttribute | 'sign-up';

/** A code that has been sent. */
export interface SentCode {
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly attribute: VerifiableAttribute;
  /** The address it was sent to. */
  readonly to: string;
  /** Whether the address is pending: with this code it becomes the stored and verified value. */
  readonly pending: boolean;
}

/** A user profile. `attributes` has every attribute, including `sub`, and is replaced as a whole by a change. */
export interface User {
  readonly username: string;
  readonly sub: string;
  /** Position in the order of creation, for paging. */
  readonly ordinal: number;
  readonly createdAt: number;
  /** From when lists show the user, milliseconds since the epoch. */
  readonly listedAt: number;
  modifiedAt: number;
  status: UserStatusType;
  enabled: boolean;
  attributes: ReadonlyMap<string, string>;
  password: string | undefined;
  /** When a temporary password expires, milliseconds since the epoch. */
  passwordExpiresAt: number | undefined;
  readonly codes: Map<CodePurpose, SentCode>;
  readonly groups: Set<string>;
}

/** An app client: its id and its settings as they were sent. */
export interface Client {
  readonly id: string;
  readonly secret: string | undefined;
  readonly createdAt: number;
  modifiedAt: number;
  settings: Omit<CreateUserPoolClientRequest, 'UserPoolId' | 'GenerateSecret' | 'ClientSecret'>;
}

/** Members of a pool that `UpdateUserPool` can change. */
export type PoolSettings = Omit<UpdateUserPoolRequest, 'UserPoolId' | 'PoolName'>;

/** A user pool with everything in it. */
export interface Pool {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  name: string;
  settings: PoolSettings;
  /** Settings that only creation can set. */
  readonly fixed: Pick<UserPoolType, 'AliasAttributes' | 'UsernameAttributes' | 'UsernameConfiguration'>;
  schema: readonly SchemaAttributeType[];
  /** By user name, in lower case in a case-insensitive pool. */
  readonly users: Map<string, User>;
  readonly bySub: Map<string, User>;
  readonly clients: Map<string, Client>;
  readonly groups: Map<string, GroupType>;
  nextOrdinal: number;
}

/** An access or refresh token, or the session of an unanswered challenge. */
export interface Token {
  readonly use: 'access' | 'refresh' | 'session';
  readonly poolId: string;
  readonly clientId: string;
  readonly sub: string;
  readonly expiresAt: number;
}

/** A message as its receiver gets it. */
export interface SentMessage {
  readonly to: string;
  readonly medium: 'EMAIL' | 'SMS';
  readonly userPoolId: string;
  readonly username: string;
  /** Verification code, or the temporary password of an invitation. */
  readonly code: string;
  readonly triggerSource: string;
  readonly subject: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}
