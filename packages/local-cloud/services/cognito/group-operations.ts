import type {
  AdminAddUserToGroupRequest,
  AdminListGroupsForUserRequest,
  AdminListGroupsForUserResponse,
  AdminRemoveUserFromGroupRequest,
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  GroupType,
  ListUsersInGroupRequest,
  ListUsersInGroupResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../service.ts';
import { type CognitoOperation, type Context, notFound, operation } from './context.ts';
import type { Pool } from './model.ts';
import { pageOf } from './paging.ts';
import { describeUser, findPool, findUser } from './users.ts';

function findGroup(pool: Pool, name: string): GroupType {
  const group = pool.groups.get(name);
  if (group === undefined) throw notFound('Group not found.');
  return group;
}

/** Groups and their members. */
export const groupOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  CreateGroup: operation<CreateGroupRequest, CreateGroupResponse>(
    ['GroupName', 'UserPoolId'],
    ['Description', 'RoleArn', 'Precedence'],
    ({ UserPoolId, GroupName, ...rest }) => {
      const pool = findPool(context, UserPoolId);
      if (pool.groups.has(GroupName))
        throw new AwsError('GroupExistsException', 'A group with the name already exists.');
      const now = new Date(context.cloud.clock.now());
      const group: GroupType = { GroupName, UserPoolId, ...rest, CreationDate: now, LastModifiedDate: now };
      pool.groups.set(GroupName, group);
      return { Group: { ...group } };
    },
  ),

  GetGroup: operation<GetGroupRequest, GetGroupResponse>(
    ['GroupName', 'UserPoolId'],
    [],
    ({ UserPoolId, GroupName }) => ({
      Group: { ...findGroup(findPool(context, UserPoolId), GroupName) },
    }),
  ),

  DeleteGroup: operation<DeleteGroupRequest, object>(['GroupName', 'UserPoolId'], [], ({ UserPoolId, GroupName }) => {
    const pool = findPool(context, UserPoolId);
    findGroup(pool, GroupName);
    pool.groups.delete(GroupName);
    for (const user of pool.users.values()) user.groups.delete(GroupName);
    return {};
  }),

  AdminAddUserToGroup: operation<AdminAddUserToGroupRequest, object>(
    ['UserPoolId', 'Username', 'GroupName'],
    [],
    ({ UserPoolId, Username, GroupName }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      findGroup(pool, GroupName);
      user.groups.add(GroupName);
      return {};
    },
  ),

  AdminRemoveUserFromGroup: operation<AdminRemoveUserFromGroupRequest, object>(
    ['UserPoolId', 'Username', 'GroupName'],
    [],
    ({ UserPoolId, Username, GroupName }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      findGroup(pool, GroupName);
      user.groups.delete(GroupName);
      return {};
    },
  ),

  AdminListGroupsForUser: operation<AdminListGroupsForUserRequest, AdminListGroupsForUserResponse>(
    ['Username', 'UserPoolId'],
    ['Limit', 'NextToken'],
    ({ UserPoolId, Username, Limit, NextToken }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      const groups = [...user.groups].map((name) => findGroup(pool, name));
      const { items, next } = pageOf(context, groups, Limit || 60, NextToken, `groups of ${user.sub}`);
      return { Groups: items.map((group) => ({ ...group })), ...(next !== undefined && { NextToken: next }) };
    },
  ),

  ListUsersInGroup: operation<ListUsersInGroupRequest, ListUsersInGroupResponse>(
    ['UserPoolId', 'GroupName'],
    ['Limit', 'NextToken'],
    ({ UserPoolId, GroupName, Limit, NextToken }) => {
      const pool = findPool(context, UserPoolId);
      findGroup(pool, GroupName);
      const members = [...pool.users.values()].filter(({ groups }) => groups.has(GroupName));
      const { items, next } = pageOf(
        context,
        members,
        Limit || 60,
        NextToken,
        `members ${pool.id} ${GroupName}`,
        ({ ordinal }) => ordinal,
      );
      return { Users: items.map(describeUser), ...(next !== undefined && { NextToken: next }) };
    },
  ),
});
