import { randomUUID } from 'node:crypto';
import type { CreateUserRequest, User } from '@aws-sdk/client-connect';
import type { Cloud, Operation } from '../../service.ts';
import { CALM, type Weather } from '../../weather/index.ts';
import { type Admin, createAdmin } from './admin.ts';
import type { Context } from './context.ts';
import { addUser, createCreateUser } from './create-user.ts';
import { createDescribeInstance, createInstances, type Instance, type InstanceOptions } from './instances.ts';
import { createListInstances } from './list-instances.ts';
import { createListSecurityProfilePermissions, createListSecurityProfiles } from './profiles.ts';
import { createSearchUsers } from './search-users.ts';
import {
  applyPatch,
  DEFAULT_SETTINGS,
  OPERATION_NAMES,
  type OperationName,
  PUBLISHED_QUOTA,
  type SettingsPatch,
} from './settings.ts';
import { createThrottle } from './throttle.ts';
import { createUpdateUserIdentityInfo } from './update-user-identity-info.ts';
import { AT_ONCE, createUserStore, type UserChange } from './user-store.ts';
import { createDeleteUser, createDescribeUser, createListUsers, toUser } from './users.ts';

export { ASSUMPTIONS, PARTIAL } from './assumptions.ts';

/** The instance that exists from the start, and the first settings. */
export interface ConnectOptions extends InstanceOptions {
  readonly settings?: SettingsPatch;
  /** Creates ids and tokens. @default randomUUID */
  readonly newId?: () => string;
  /** Calm by default. */
  readonly weather?: Weather;
}

/** A user to seed, with the members of CreateUser. All except the name and the identity have defaults. */
export type SeedUser = Pick<CreateUserRequest, 'Username' | 'IdentityInfo'> & Partial<CreateUserRequest>;

/** An applied write, with the user as DescribeUser shows it. For a deleted user it is the last state. */
export interface ConnectUserChange {
  readonly kind: UserChange['kind'];
  readonly instanceId: string;
  readonly user: User;
}

/** Amazon Connect, with functions beside its API. */
export interface Connect {
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly admin: Admin;
  /** See `HostedService`. */
  readonly views: Readonly<Record<string, (query?: unknown) => unknown>>;
  readonly changes: Readonly<Record<string, (body: unknown) => unknown>>;
  /** Requests a second of an operation with another quota than the published one. */
  changedRate(operation: string): number | undefined;
  /** The instance that exists from the start. */
  readonly instance: Instance;
  /** Adds an instance, for example one that uses SAML. */
  createInstance(options?: InstanceOptions): Instance;
  /** Adds users at once: no request quota, no limit of users, visible immediately. @throws {AwsError} as CreateUser. */
  seedUsers(users: readonly SeedUser[]): readonly User[];
  /** Calls `listener` in process after each applied write. Returns a function that stops it. */
  onChange(listener: (change: ConnectUserChange) => void): () => void;
}

const SEED_PASSWORD = 'Local-cloud-1';

/**
 * Creates Amazon Connect with one instance.
 *
 * @throws {AwsError} for options and settings that AWS or this service refuses.
 */
export function createConnect(cloud: Cloud, options: ConnectOptions = {}): Connect {
  let settings = applyPatch(DEFAULT_SETTINGS, options.settings ?? {});
  const newId = options.newId ?? randomUUID;
  const instances = createInstances(cloud, newId);
  const instance = instances.create(options);
  const context: Context = {
    cloud,
    instances,
    users: createUserStore(cloud.clock),
    settings: () => settings,
    newId,
    weather: options.weather ?? CALM,
  };
  const admin = createAdmin({
    context,
    instance,
    replaceSettings: (next) => {
      settings = next;
    },
  });
  return {
    operations: throttled(context),
    admin,
    views: { settings: () => admin.settings(), users: admin.users, instances: admin.instances },
    changes: {
      settings: admin.settings,
      'set-identity': admin['set-identity'],
      'create-instance': admin['create-instance'],
    },
    changedRate: (operation) => {
      const { ratePerSecond } =
        settings.quotas[operation as OperationName] ?? settings.quotas.default ?? PUBLISHED_QUOTA;
      return ratePerSecond === PUBLISHED_QUOTA.ratePerSecond ? undefined : ratePerSecond;
    },
    instance,
    createInstance: (wanted = {}) => instances.create(wanted),
    seedUsers: (users) =>
      users.map((user) =>
        toUser(
          addUser(context, withDefaults(user), () => AT_ONCE),
          cloud.region,
        ),
      ),
    onChange: (listener) =>
      context.users.onChange(({ kind, record }) =>
        listener({ kind, instanceId: record.instanceId, user: toUser(record, cloud.region) }),
      ),
  };

  function withDefaults(user: SeedUser): CreateUserRequest {
    const home = user.InstanceId === undefined ? instance : instances.require(user.InstanceId);
    const agent = home.securityProfiles.find(({ name }) => name === 'Agent');
    return {
      InstanceId: home.id,
      SecurityProfileIds: agent === undefined ? [] : [agent.id],
      RoutingProfileId: home.routingProfiles[0]?.id,
      ...(home.identityManagementType === 'CONNECT_MANAGED' && { Password: SEED_PASSWORD }),
      ...user,
    };
  }
}

/** The operations, each with its quota. A call is counted before its input is checked. */
function throttled(context: Context): Connect['operations'] {
  const operations: Connect['operations'] = {
    CreateUser: createCreateUser(context),
    DeleteUser: createDeleteUser(context),
    DescribeInstance: createDescribeInstance(context.cloud, context.instances),
    DescribeUser: createDescribeUser(context),
    ListInstances: createListInstances(context),
    ListSecurityProfilePermissions: createListSecurityProfilePermissions(context),
    ListSecurityProfiles: createListSecurityProfiles(context),
    ListUsers: createListUsers(context),
    SearchUsers: createSearchUsers(context),
    UpdateUserIdentityInfo: createUpdateUserIdentityInfo(context),
  };
  const take = createThrottle(context.cloud.clock, context.settings);
  const guard =
    (name: OperationName): Operation =>
    (input, call) => {
      take(name);
      return operations[name](input, call);
    };
  return Object.fromEntries(OPERATION_NAMES.map((name) => [name, guard(name)])) as Connect['operations'];
}
