import { randomBytes } from 'node:crypto';
import { AwsError, type Cloud } from '../../service.ts';
import { type PolicyDocument, parsePolicy } from './policy-language.ts';

/** A role with its policies. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: Date;
  description: string | undefined;
  maxSessionDuration: number;
  /** As it was given: JSON text. */
  trust: string;
  /** Inline policies by name, as text and parsed. */
  readonly inline: Map<string, { readonly text: string; readonly document: PolicyDocument }>;
  /** Managed policies by ARN. */
  readonly managed: Set<string>;
}

/** The policies of a role, for their evaluation. */
export interface RolePolicies {
  readonly trust: PolicyDocument;
  readonly inline: readonly { readonly name: string; readonly document: PolicyDocument }[];
  readonly managedPolicyArns: readonly string[];
}

/** The roles of the account by name. */
export const createRoles = (cloud: Cloud) => {
  const byName = new Map<string, Role>();
  const byArn = new Map<string, Role>();
  const get = (name: string): Role => {
    const role = byName.get(name);
    if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  };
  return {
    get,
    byArn: (arn: string) => byArn.get(arn),
    remove(name: string) {
      byArn.delete(get(name).arn);
      byName.delete(name);
    },
    create(name: string, trust: string, path = '/'): Role {
      if (!/^[\w+=,.@-]{1,64}$/.test(name))
        throw new AwsError(
          'ValidationError',
          'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
        );
      if (byName.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      parsePolicy(trust);
      const role: Role = {
        name,
        path,
        arn: `arn:aws:iam::${cloud.accountId}:role${path}${name}`,
        id: `AROA${randomBytes(16).toString('hex').toUpperCase().slice(0, 17)}`,
        createdAt: new Date(cloud.clock.now()),
        description: undefined,
        maxSessionDuration: 3600,
        trust,
        inline: new Map(),
        managed: new Set(),
      };
      byName.set(name, role);
      byArn.set(role.arn, role);
      return role;
    },
  };
};
