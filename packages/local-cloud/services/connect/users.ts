import type {
  DeleteUserRequest,
  DescribeUserRequest,
  DescribeUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  User,
} from '@aws-sdk/client-connect';
import { type Context, readUser, spreadOf, userToWrite } from './context.ts';
import { takePage } from './paging.ts';
import type { UserRecord } from './user-store.ts';

/** A user as DescribeUser shows it, with every field of the identity that is not empty. Pure. */
export const toUser = (record: UserRecord, region: string): User => ({
  Id: record.id,
  Arn: record.arn,
  Username: record.username,
  IdentityInfo: { ...record.identity },
  ...(record.phoneConfig && { PhoneConfig: { ...record.phoneConfig } }),
  ...(record.directoryUserId !== undefined && { DirectoryUserId: record.directoryUserId }),
  SecurityProfileIds: [...record.securityProfileIds],
  RoutingProfileId: record.routingProfileId,
  Tags: { ...record.tags },
  LastModifiedTime: new Date(record.lastModifiedMs),
  LastModifiedRegion: region,
});

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeUser.html */
export const createDescribeUser =
  (context: Context) =>
  (input: DescribeUserRequest): DescribeUserResponse => {
    const instance = context.instances.require(input.InstanceId);
    const { SecurityProfileIds, ...user } = toUser(readUser(context, instance, input.UserId), context.cloud.region);
    const hidden = context.settings().securityProfileIds === 'omitted';
    return { User: { ...user, ...(!hidden && { SecurityProfileIds }) } };
  };

/** In order of creation (assumption), 100 a page unless asked, at most 1,000.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListUsers.html */
export const createListUsers =
  (context: Context) =>
  (input: ListUsersRequest): ListUsersResponse => {
    const { id } = context.instances.require(input.InstanceId);
    const { region } = context.cloud;
    const { items, ...token } = takePage(context, context.users.listVisible(id), input, `ListUsers ${id}`, 1000);
    const summaries = items.map((record) => ({
      Id: record.id,
      Arn: record.arn,
      Username: record.username,
      LastModifiedTime: new Date(record.lastModifiedMs),
      LastModifiedRegion: region,
    }));
    return { UserSummaryList: summaries, ...token };
  };

/** The name of a deleted user is free at once (assumption).
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DeleteUser.html */
export const createDeleteUser =
  (context: Context) =>
  (input: DeleteUserRequest): Record<string, never> => {
    const instance = context.instances.require(input.InstanceId);
    const record = userToWrite(context, instance, input.UserId);
    context.users.remove(record, spreadOf(context, record.id));
    return {};
  };
