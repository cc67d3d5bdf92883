import type { DescribeInstanceRequest, DescribeInstanceResponse } from '@aws-sdk/client-connect';
import type { Cloud } from '../../service.ts';
import { notFound } from './errors.ts';
import { instanceArn, type ResourceKind, readInstanceId, resourceArn } from './identifiers.ts';
import { oneOf, text } from './members.ts';

const IDENTITY_MANAGEMENT_TYPES = ['CONNECT_MANAGED', 'SAML', 'EXISTING_DIRECTORY'] as const;

/** Where an instance keeps its users. It never changes. */
export type IdentityManagementType = (typeof IDENTITY_MANAGEMENT_TYPES)[number];

/** A security or routing profile. */
export interface Profile {
  readonly sequence: number;
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** The permissions of a holder. A routing profile has none. */
  readonly permissions: readonly string[];
}

/** One Amazon Connect instance. */
export interface Instance {
  readonly id: string;
  readonly arn: string;
  readonly alias: string;
  readonly identityManagementType: IdentityManagementType;
  readonly createdMs: number;
  readonly securityProfiles: readonly Profile[];
  readonly routingProfiles: readonly Profile[];
}

/** Options of an instance. All have defaults. */
export interface InstanceOptions {
  /** A UUID; default: a new one. */
  readonly instanceId?: string | undefined;
  /** Default `local-contact-centre`. */
  readonly alias?: string | undefined;
  /** Default `CONNECT_MANAGED`. */
  readonly identityManagementType?: string | undefined;
}

/** The instances of one account and Region. */
export interface Instances {
  /** @throws {AwsError} InvalidParameterException that names the wrong option. */
  create(options: InstanceOptions): Instance;
  /** Finds an instance by id or ARN. @throws {AwsError} ResourceNotFoundException */
  require(idOrArn: unknown): Instance;
  all(): readonly Instance[];
}

/**
 * The default profiles with some of their permissions, including those about users.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/default-security-profiles.html
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html
 */
const SECURITY_PROFILES: Readonly<Record<string, readonly string[]>> = {
  Admin: ['Users.Create', 'Users.Delete', 'Users.Edit', 'Users.EditPermission', 'Users.View', 'BasicAgentAccess'],
  Agent: ['BasicAgentAccess', 'OutboundCallAccess'],
  CallCenterManager: ['Users.Create', 'Users.Edit', 'Users.View', 'RoutingPolicies.View'],
  QualityAnalyst: ['MetricsReports.Access'],
};

/** Creates an account without instances. */
export function createInstances(cloud: Cloud, newId: () => string): Instances {
  const instances = new Map<string, Instance>();
  const profiles = (instanceId: string, kind: ResourceKind, named: typeof SECURITY_PROFILES): readonly Profile[] =>
    Object.entries(named).map(([name, permissions], sequence) => {
      const id = newId();
      return { sequence, id, arn: resourceArn(cloud, instanceId, kind, id), name, permissions };
    });
  return {
    create(options) {
      const id = text(options.instanceId ?? newId(), 'instanceId', {
        pattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
      });
      const instance: Instance = {
        id,
        arn: instanceArn(cloud, id),
        alias: text(options.alias ?? 'local-contact-centre', 'alias', {
          min: 1,
          max: 45,
          pattern: /^(?!d-)([\da-zA-Z]+)(-*[\da-zA-Z])*$/,
        }),
        identityManagementType: oneOf(
          options.identityManagementType ?? 'CONNECT_MANAGED',
          'identityManagementType',
          IDENTITY_MANAGEMENT_TYPES,
        ),
        createdMs: cloud.clock.now(),
        securityProfiles: profiles(id, 'security-profile', SECURITY_PROFILES),
        routingProfiles: profiles(id, 'routing-profile', { 'Basic Routing Profile': [] }),
      };
      instances.set(id, instance);
      return instance;
    },
    require(idOrArn) {
      const id = readInstanceId(cloud, idOrArn);
      const instance = instances.get(id);
      if (instance === undefined) throw notFound(`There is no instance ${id}.`);
      return instance;
    },
    all: () => [...instances.values()],
  };
}

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeInstance.html */
export const createDescribeInstance =
  (cloud: Cloud, instances: Instances) =>
  (input: DescribeInstanceRequest): DescribeInstanceResponse => {
    const { id, arn, alias, identityManagementType, createdMs } = instances.require(input.InstanceId);
    return {
      Instance: {
        Id: id,
        Arn: arn,
        IdentityManagementType: identityManagementType,
        InstanceAlias: alias,
        CreatedTime: new Date(createdMs),
        ServiceRole: `arn:aws:iam::${cloud.accountId}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect`,
        InstanceStatus: 'ACTIVE',
        InboundCallsEnabled: true,
        OutboundCallsEnabled: true,
        InstanceAccessUrl: `https://${alias}.my.connect.aws`,
      },
    };
  };
