import {
  type ConnectClient,
  DescribeInstanceCommand,
  DescribeUserCommand,
  ListSecurityProfilesCommand,
  SearchUsersCommand,
  type SearchUsersResponse,
  UpdateUserIdentityInfoCommand,
  type UserIdentityInfo,
} from '@aws-sdk/client-connect';
import * as z from 'zod/mini';
import { PermanentError } from '../core/failures/errors.ts';
import {
  IDENTITY_FIELDS,
  IDENTITY_MANAGEMENT_TYPES,
  type Identity,
  type IdentityManagementType,
} from '../core/identity/identity.ts';
import type { ConnectDirectory, RateLimitedDirectory } from '../ports.ts';
import { callRateLimited, type RateLimit } from './throttling/rate-limited-call.ts';

/** How long after the deadline of its caller a call may still be answered. The rest of the invocation is for reporting. */
const LAST_ANSWER_MS = 1_000;

/** Security profiles are renamed rarely. */
const PROFILES_TTL_MS = 10 * 60_000;

const managementTypeSchema = z.enum(IDENTITY_MANAGEMENT_TYPES);

/** The users of one Amazon Connect instance. The client must not retry, because each attempt takes its own slot. */
export function createConnectDirectory(
  client: ConnectClient,
  InstanceId: string,
  rateLimit: RateLimit,
  now: () => number,
): RateLimitedDirectory {
  const known: Known = {};
  const before = (deadline: number) => directoryBefore(deadline, { client, InstanceId, rateLimit, now, known });
  return { ...before(Number.POSITIVE_INFINITY), before };
}

/** Answers that change rarely, kept for all callers of this process. */
interface Known {
  managementType?: IdentityManagementType;
  profiles?: { readonly idByName: ReadonlyMap<string, string>; readonly until: number };
}

function directoryBefore(
  deadline: number,
  {
    client,
    InstanceId,
    rateLimit,
    now,
    known,
  }: Readonly<{ client: ConnectClient; InstanceId: string; rateLimit: RateLimit; now: () => number; known: Known }>,
): ConnectDirectory {
  const rateLimited = <Result, Expected = never>(
    operation: string,
    call: (limit: { readonly abortSignal?: AbortSignal }) => Promise<Result>,
    expected?: Readonly<Record<string, Expected>>,
  ) =>
    callRateLimited(rateLimit, operation, () => call(limitTo(deadline + LAST_ANSWER_MS - now())), {
      deadline,
      ...(expected && { expected }),
    });
  const notFound = { ResourceNotFoundException: undefined };

  const describeInstance = async (): Promise<IdentityManagementType> => {
    const { Instance } = await rateLimited('DescribeInstance', (limit) =>
      client.send(new DescribeInstanceCommand({ InstanceId }), limit),
    );
    return managementTypeSchema.parse(Instance?.IdentityManagementType);
  };

  const listProfiles = async (): Promise<ReadonlyMap<string, string>> => {
    const idByName = new Map<string, string>();
    let NextToken: string | undefined;
    do {
      const page = await rateLimited('ListSecurityProfiles', (limit) =>
        client.send(new ListSecurityProfilesCommand({ InstanceId, MaxResults: 1_000, NextToken }), limit),
      );
      for (const { Id, Name } of page.SecurityProfileSummaryList ?? []) if (Id && Name) idByName.set(Name, Id);
      NextToken = page.NextToken;
    } while (NextToken);
    return idByName;
  };

  return {
    async identityManagementType() {
      // An instance never changes its type.
      known.managementType ??= await describeInstance();
      return known.managementType;
    },
    async findIdsByUsername(username) {
      const ids: string[] = [];
      let NextToken: string | undefined;
      do {
        const page: SearchUsersResponse = await rateLimited('SearchUsers', (limit) =>
          client.send(
            new SearchUsersCommand({ InstanceId, MaxResults: 100, NextToken, ...byUsername(username) }),
            limit,
          ),
        );
        // AWS does not document whether EXACT ignores case. Connect user names are case-sensitive.
        for (const { Id, Username } of page.Users ?? []) if (Id && Username === username) ids.push(Id);
        NextToken = page.NextToken;
      } while (NextToken);
      return ids;
    },
    async describeUser(id) {
      const answer = await rateLimited(
        'DescribeUser',
        (limit) => client.send(new DescribeUserCommand({ InstanceId, UserId: id }), limit),
        notFound,
      );
      if (answer === undefined) return undefined;
      if (answer.User === undefined) {
        throw new PermanentError('unexpected-answer', 'DescribeUser answered without a User.');
      }
      const { IdentityInfo, SecurityProfileIds, LastModifiedTime, Username } = answer.User;
      return {
        id,
        username: Username,
        identity: toIdentity(IdentityInfo),
        securityProfileIds: SecurityProfileIds,
        modifiedAt: LastModifiedTime?.getTime(),
      };
    },
    async updateIdentity(id, identity) {
      const answer = await rateLimited(
        'UpdateUserIdentityInfo',
        (limit) =>
          client.send(new UpdateUserIdentityInfoCommand({ InstanceId, UserId: id, IdentityInfo: identity }), limit),
        notFound,
      );
      return answer === undefined ? 'connect-user-missing' : 'updated';
    },
    async checkInstance() {
      // DescribeInstance would need a further permission where the type is configured.
      await listProfiles();
    },
    async securityProfileIds(names) {
      if (known.profiles === undefined || known.profiles.until <= now()) {
        known.profiles = { idByName: await listProfiles(), until: now() + PROFILES_TTL_MS };
      }
      const { idByName } = known.profiles;
      return new Map(
        names.flatMap((name) => {
          const id = idByName.get(name);
          return id === undefined ? [] : [[name, id] as const];
        }),
      );
    },
  };
}

/** Ends a call after so many milliseconds, also within an answer. */
const limitTo = (milliseconds: number): { readonly abortSignal?: AbortSignal } =>
  Number.isFinite(milliseconds) ? { abortSignal: AbortSignal.timeout(Math.max(0, milliseconds)) } : {};

const byUsername = (username: string) =>
  ({
    SearchCriteria: { StringCondition: { FieldName: 'Username', Value: username, ComparisonType: 'EXACT' } },
  }) as const;

/** Removes empty members, because an empty member and an absent one mean the same. */
function toIdentity(info: UserIdentityInfo | undefined): Identity {
  return Object.fromEntries(IDENTITY_FIELDS.flatMap((field) => (info?.[field] ? [[field, info[field]]] : [])));
}
