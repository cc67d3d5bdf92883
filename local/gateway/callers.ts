import { randomBytes } from 'node:crypto';
import type { Caller } from '../service.ts';

/** What a function process signs its calls with. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Who stands behind an access key id. */
export interface Callers {
  /** Credentials that identify a function in its role; the same for every process of that function. */
  registerRole(roleArn: string, functionName: string): RoleCredentials;
  /** The caller of that key; a key nobody registered is the account's own. */
  callerOf(accessKeyId: string): Caller;
  /** The credentials with that key, if it was given out here. */
  credentialsOf(accessKeyId: string): RoleCredentials | undefined;
}

/** Creates an empty register: every key is the account's until a role is registered. */
export function createCallers(): Callers {
  const byKey = new Map<string, { readonly caller: Caller; readonly credentials: RoleCredentials }>();
  const byFunction = new Map<string, RoleCredentials>();
  return {
    registerRole(roleArn, functionName) {
      const key = `${roleArn} ${functionName}`;
      const known = byFunction.get(key);
      if (known !== undefined) return known;
      const credentials = createCredentials();
      byFunction.set(key, credentials);
      byKey.set(credentials.accessKeyId, { caller: { kind: 'role', roleArn, functionName }, credentials });
      return credentials;
    },
    callerOf: (accessKeyId) => byKey.get(accessKeyId)?.caller ?? { kind: 'account' },
    credentialsOf: (accessKeyId) => byKey.get(accessKeyId)?.credentials,
  };
}

/** Random temporary credentials in the shape AWS gives them. */
export const createCredentials = (): RoleCredentials => ({
  accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64'),
  sessionToken: randomBytes(96).toString('base64'),
});
