import { z } from 'zod';
import type { Context } from './context.ts';
import { invalidParameter } from './errors.ts';
import type { Instance, InstanceOptions } from './instances.ts';
import type { Outbox } from './outbox.ts';
import { applyPatch, type Settings } from './settings.ts';
import { toUser } from './users.ts';

type AdminName =
  | 'settings'
  | 'users'
  | 'instances'
  | 'create-instance'
  | 'request-password-reset'
  | 'send-notification'
  | 'outbox';

/** What lies beside the AWS API, by name; each takes one object and spends no quota. */
export type Admin = Readonly<Record<AdminName, (body?: unknown) => unknown>>;

const usersSchema = z.strictObject({ id: z.string().optional(), instanceId: z.string().optional() });
const instanceSchema = z.strictObject({
  instanceId: z.string().optional(),
  alias: z.string().optional(),
  identityManagementType: z.string().optional(),
});

/** What the admin views need beside the operations' context. */
export interface AdminDependencies {
  readonly context: Context;
  readonly instance: Instance;
  readonly outbox: Outbox;
  readonly replaceSettings: (settings: Settings) => void;
}

/**
 * Creates the admin views: `settings` (a patch, or nothing to read them), `users` (newest state, all or by `id`),
 * `instances` (all of them), `create-instance`, `request-password-reset`, `send-notification` and `outbox`.
 */
export function createAdmin({ context, instance, outbox, replaceSettings }: AdminDependencies): Admin {
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
    instances: () => ({ instances: context.instances.all() }),
    'create-instance': (body = {}) => context.instances.create(parse(instanceSchema, body) as InstanceOptions),
    'request-password-reset': outbox.requestPasswordReset,
    'send-notification': outbox.sendNotification,
    outbox: () => outbox.mails(),
  };
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const { data, error } = schema.safeParse(body);
  if (error !== undefined) throw invalidParameter(z.prettifyError(error));
  return data;
}
