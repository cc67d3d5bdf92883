import { randomBytes } from 'node:crypto';
import type { Caller } from '../service.ts';

/** A key that lasts: what the person at the keyboard signs with. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A key that is lent, with the token that goes with it: what a function process or a session signs with. */
interface RoleCredentials extends AccessKey {
  readonly sessionToken: string;
}

/** Who stands behind an access key, and what proves it. */
export interface Signer {
  readonly caller: Caller;
  readonly credentials: AccessKey & { readonly sessionToken?: string };
  /** Milliseconds since the epoch; absent where the key is good for as long as the cloud runs. */
  readonly expiresAt?: number;
}

/** The keys that this cloud has given out; no other key is worth anything. */
export interface Callers {
  /** The account's own key, with every permission; random for each run. */
  readonly accountKey: AccessKey;
  /** Credentials that identify a function in its role; the same for every process of that function. */
  registerRole(roleArn: string, functionName: string): RoleCredentials;
  /** Credentials that act as the account until `expiresAt`, milliseconds since the epoch. */
  lendAccount(expiresAt: number): RoleCredentials;
  /** Credentials of a session of a role, until `expiresAt`, milliseconds since the epoch. */
  lendRole(roleArn: string, sessionName: string, expiresAt: number): RoleCredentials;
  /** Who signs with that key; `undefined` for one that was not given out here. */
  signerOf(accessKeyId: string): Signer | undefined;
}

/** Creates the register, with a new key of the account. */
export function createCallers(): Callers {
  const accountKey: AccessKey = { accessKeyId: randomId('AKIA'), secretAccessKey: randomSecret() };
  const signers = new Map<string, Signer>();
  const byFunction = new Map<string, RoleCredentials>();
  const lend = (caller: Caller, expiresAt?: number): RoleCredentials => {
    const credentials: RoleCredentials = {
      accessKeyId: randomId('ASIA'),
      secretAccessKey: randomSecret(),
      sessionToken: randomBytes(96).toString('base64'),
    };
    signers.set(credentials.accessKeyId, { caller, credentials, ...(expiresAt !== undefined && { expiresAt }) });
    return credentials;
  };
  signers.set(accountKey.accessKeyId, { caller: { kind: 'account' }, credentials: accountKey });
  return {
    accountKey,
    registerRole(roleArn, functionName) {
      const key = `${roleArn} ${functionName}`;
      const known = byFunction.get(key);
      if (known !== undefined) return known;
      const credentials = lend({ kind: 'role', roleArn, functionName });
      byFunction.set(key, credentials);
      return credentials;
    },
    lendAccount: (expiresAt) => lend({ kind: 'account' }, expiresAt),
    lendRole: (roleArn, functionName, expiresAt) => lend({ kind: 'role', roleArn, functionName }, expiresAt),
    signerOf: (accessKeyId) => signers.get(accessKeyId),
  };
}

/** In the shape that AWS gives it: what follows the prefix has 16 characters. */
const randomId = (prefix: 'AKIA' | 'ASIA'): string => `${prefix}${randomBytes(8).toString('hex').toUpperCase()}`;
/** 40 characters. No `+` and no `/`, so that it can be pasted into any shell and URL as it is. */
const randomSecret = (): string => randomBytes(30).toString('base64url');
