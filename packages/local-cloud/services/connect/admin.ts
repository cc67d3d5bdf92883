import { z } from 'zod';
import type { Context } from './context.ts';
import { invalidParameter, notFound } from './errors.ts';
import type { Instance, InstanceOptions } from './instances.ts';
import { applyPatch, type Settings } from './settings.ts';
import { AT_ONCE } from './user-store.ts';
import { toUser } from './users.ts';

type AdminName = 'settings' | 'users' | 'set-identity' | 'instances' | 'create-instance';

/** Functions beside the AWS API, by name. Each takes one object and uses no quota. */
export type Admin = Readonly<Record<AdminName, (body?: unknown) => unknown>>;

const usersSchema = z.strictObject({ id: z.string().optional(), instanceId: z.string().optional() });
const identitySchema = z.strictObject({
  id: z.string(),
  instanceId: z.string().optional(),
  identity: z.strictObject({
    FirstName: z.string().optional(),
    LastName: z.string().optional(),
    Email: z.string().optional(),
    SecondaryEmail: z.string().optional(),
    Mobile: z.string().optional(),
  }),
});
const instanceSchema = z.strictObject({
  instanceId: z.string().optional(),
  alias: z.string().optional(),
  identityManagementType: z.string().optional(),
});

/** What the admin views need in addition to the context of the operations. */
export interface AdminDependencies {
  readonly context: Context;
  readonly instance: Instance;
  readonly replaceSettings: (settings: Settings) => void;
}

/**
 * Creates the admin views: `settings` (a patch, or nothing to read them), `users` (newest state, all or by `id`),
 * `set-identity` (stores one as it is, against every rule: values from before the rules), `instances` (all of them) and
 * `create-instance`.
 */
export function createAdmin({ context, instance, replaceSettings }: AdminDependencies): Admin {
  return {
    settings(patch = {}) {
      replaceSettings(applyPatch(context.settings(), patch));
      return context.settings();
    },
    users(body = {}) {
      const { id, instanceId } = parse(usersSchema, body);
      const records = context.users.listNewest(context.instances.require(instanceId ?? instance.id).id);
      const wanted = id === undefined ? records : records.filter((record) => record.id === id);
      return { users: wanted.map((record) => toUser(record, context.cloud.region)) };
    },
    'set-identity'(body = {}) {
      const { id, instanceId, identity } = parse(identitySchema, body);
      const record = context.users.newest(context.instances.require(instanceId ?? instance.id).id, id);
      if (record === undefined) throw notFound(`There is no user ${id}.`);
      const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
      return toUser(context.users.put({ ...record, identity: given }, AT_ONCE), context.cloud.region);
    },
    instances: () => ({ instances: context.instances.all() }),
    'create-instance': (body = {}) => context.instances.create(parse(instanceSchema, body) as InstanceOptions),
  };
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const { data, error } = schema.safeParse(body);
  if (error !== undefined) throw invalidParameter(z.prettifyError(error));
  return data;
}
