import * as z from 'zod/mini';
import { POOL_TRIGGERS } from '../core/pool-triggers.ts';
import { fields } from '../environment.ts';

/** Environment of `pool-trigger`. It may not name the pool, which refers to the function: the event says which it is. */
export const poolTriggerEnv = z.object({
  QUEUE_URL: fields.queueUrl,
  /** `PostAuthentication_*` events are sent on too: for federated users, whose attributes change at sign-in. */
  POST_AUTHENTICATION: z.stringbool(),
});

const functionArn = z.optional(
  z.string().check(z.regex(/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/)),
);

/** Further environment of `pool-trigger` where it stands in front of functions that had their triggers before. */
export const poolTriggerChainEnv = z.object({
  ...poolTriggerEnv.shape,
  [POOL_TRIGGERS.CustomMessage.variable]: functionArn,
  [POOL_TRIGGERS.PostConfirmation.variable]: functionArn,
  [POOL_TRIGGERS.PostAuthentication.variable]: functionArn,
});
