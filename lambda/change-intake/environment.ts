import * as z from 'zod/mini';
import { fields } from '../environment.ts';

/** Environment of `change-intake`. */
export const changeIntakeEnv = z.object({
  QUEUE_URL: fields.queueUrl,
  DEAD_LETTER_QUEUE_URL: fields.queueUrl,
  TABLE_NAME: fields.text,
  USER_POOL_ID: fields.userPoolId,
});
