import * as z from 'zod/mini';
import { POOL_TRIGGERS } from '../core/events/trigger-names.ts';
import { fields } from '../environment.ts';

/** Environment of `pool-trigger`. It cannot name the pool, because the pool refers to the function. The event names the pool. */
export const poolTriggerEnv = z.object({
  QUEUE_URL: fields.queueUrl,
  /** Whether `PostAuthentication_*` events announce changes: attributes of federated users change at sign-in. */
  POST_AUTHENTICATION: z.stringbool(),
});

const functionArn = z.optional(
  z.string().check(z.regex(/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/)),
);

/** Environment of `pool-trigger` when it calls functions that had its triggers before. */
export const poolTriggerChainEnv = z.object({
  ...poolTriggerEnv.shape,
  [POOL_TRIGGERS.CustomMessage.variable]: functionArn,
  [POOL_TRIGGERS.PostConfirmation.variable]: functionArn,
  [POOL_TRIGGERS.PostAuthentication.variable]: functionArn,
});
