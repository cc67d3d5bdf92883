import * as z from 'zod/mini';
import { policySchema } from './core/policy.ts';
import { CONNECT_REQUESTS_PER_SECOND } from './core/settings.ts';

/** A number in a variable, where it is text. */
export const numberText = z.pipe(z.pipe(z.string().check(z.trim(), z.minLength(1)), z.coerce.number()), z.number());

/** Variables of the functions that call Connect. */
export const connectFields = {
  CONNECT_INSTANCE_ID: z.string().check(z.minLength(1), z.maxLength(100)),
  CONNECT_REGION: z.string().check(z.regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/)),
  /** Requests per second and Connect operation for all functions together. */
  CONNECT_REQUESTS_PER_SECOND: z.pipe(
    numberText,
    z.number().check(z.gte(CONNECT_REQUESTS_PER_SECOND.min), z.lte(CONNECT_REQUESTS_PER_SECOND.max)),
  ),
  /** {@link policySchema} as JSON. */
  POLICY: z.pipe(z.pipe(z.string(), z.transform(parseJson)), policySchema),
};

function parseJson(value: string, context: { readonly issues: z.core.$ZodRawIssue[] }): unknown {
  try {
    return JSON.parse(value);
  } catch {
    context.issues.push({ code: 'invalid_format', format: 'json', input: value });
    return z.NEVER;
  }
}
