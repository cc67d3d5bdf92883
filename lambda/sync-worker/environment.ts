import * as z from 'zod/mini';
import { connectFields } from '../connect-environment.ts';
import { fields } from '../environment.ts';

/** Environment of `sync-worker`. */
export const syncWorkerEnv = z.object({
  QUEUE_URL: fields.queueUrl,
  DEAD_LETTER_QUEUE_URL: fields.queueUrl,
  TABLE_NAME: fields.text,
  USER_POOL_ID: fields.userPoolId,
  ...connectFields,
});
