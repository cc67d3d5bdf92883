import { z } from 'zod';
import type { Context } from './context.ts';
import { invalidParameter, invalidRequest, notFound } from './errors.ts';
import type { UserRecord } from './user-store.ts';

/** A mail that Amazon Connect would have sent. */
export interface Mail {
  readonly kind: 'password-reset' | 'notification';
  readonly to: string;
  readonly instanceId: string;
  readonly userId: string;
  readonly username: string;
  readonly sentAt: Date;
  /** Whoever reads a password reset owns the account: it carries the link. */
  readonly body: string;
}

/** Mails sent so far, oldest first, and what sends them. */
export interface Outbox {
  mails(): readonly Mail[];
  /**
   * What somebody does on the sign-in page: asks for a new password for a user name. The mail goes to Email, whoever
   * reads that mailbox.
   *
   * @throws {AwsError} ResourceNotFoundException; InvalidRequestException unless the instance keeps the passwords.
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/password-reset.html
   */
  requestPasswordReset(request: unknown): { readonly sent: number };
  /**
   * Sends any other mail of Connect: to SecondaryEmail when there is one, else to Email.
   *
   * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
   */
  sendNotification(request: unknown): { readonly sent: number };
}

const requestSchema = z.strictObject({
  username: z.string(),
  instanceId: z.string().optional(),
  body: z.string().default('A scheduled report is ready.'),
});

/** Creates an empty outbox; requests without an instance id are about `defaultInstanceId`. */
export function createOutbox(context: Context, defaultInstanceId: string): Outbox {
  const mails: Mail[] = [];

  function find(request: unknown) {
    const { data, error } = requestSchema.safeParse(request);
    if (data === undefined) throw invalidParameter(z.prettifyError(error));
    const instance = context.instances.require(data.instanceId ?? defaultInstanceId);
    const record = context.users.newestByUsername(instance.id, data.username);
    if (record === undefined) throw notFound(`There is no user of this name in instance ${instance.id}.`);
    return { instance, record, body: data.body };
  }

  function send(kind: Mail['kind'], to: string | undefined, record: UserRecord, body: string) {
    if (to === undefined || to === '') return { sent: 0 };
    const { instanceId, id, username } = record;
    mails.push({ kind, to, instanceId, userId: id, username, sentAt: new Date(context.cloud.clock.now()), body });
    return { sent: 1 };
  }

  return {
    mails: () => [...mails],
    requestPasswordReset(request) {
      const { instance, record } = find(request);
      if (instance.identityManagementType !== 'CONNECT_MANAGED')
        throw invalidRequest(`A ${instance.identityManagementType} instance keeps no passwords.`);
      const link = `https://${instance.alias}.my.connect.aws/reset-password?token=${context.newId()}`;
      return send('password-reset', record.identity.Email, record, `Choose a new password: ${link}`);
    },
    sendNotification(request) {
      const { record, body } = find(request);
      return send('notification', record.identity.SecondaryEmail ?? record.identity.Email, record, body);
    },
  };
}
