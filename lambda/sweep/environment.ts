import * as z from 'zod/mini';
import { connectFields, numberText } from '../connect-environment.ts';
import { COGNITO_LISTS_PER_SECOND, SWEEP_INTERVAL_MINUTES } from '../core/settings.ts';
import { fields } from '../environment.ts';

/** Environment of `sweep`. */
export const sweepEnv = z.object({
  QUEUE_URL: fields.queueUrl,
  TABLE_NAME: fields.text,
  USER_POOL_ID: fields.userPoolId,
  /** Time from the start of one pass to the start of the next. */
  SWEEP_INTERVAL_MINUTES: z.pipe(
    numberText,
    z.int().check(z.gte(SWEEP_INTERVAL_MINUTES.min), z.lte(SWEEP_INTERVAL_MINUTES.max)),
  ),
  /** Pages of Cognito users that may be listed in a second. */
  COGNITO_LISTS_PER_SECOND: z.pipe(
    numberText,
    z.number().check(z.gte(COGNITO_LISTS_PER_SECOND.min), z.lte(COGNITO_LISTS_PER_SECOND.max)),
  ),
  ...connectFields,
});
