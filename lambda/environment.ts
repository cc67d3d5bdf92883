import * as z from 'zod/mini';
import { ConfigError } from './core/errors.ts';

/** Variables that more than one function has. */
export const fields = {
  text: z.string().check(z.minLength(1)),
  queueUrl: z.url(),
  userPoolId: z.string().check(z.regex(/^[\w-]+_[0-9a-zA-Z]+$/)),
};

/** What `lib` has to give a function: every variable its schema names, as text. */
export type EnvironmentOf<Schema extends z.ZodMiniObject> = Readonly<Record<keyof z.infer<Schema>, string>>;

/**
 * Reads the environment of a function.
 *
 * @returns the checked, typed values.
 * @throws {ConfigError} naming every variable that is missing or wrong, at once; the function then fails its init phase.
 */
export function parseEnvironment<Schema extends z.ZodMiniObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, code }) => {
    const missing = environment[String(path[0])] === undefined;
    return `${path.join('.')}: ${missing ? 'missing' : `not usable (${code})`}`;
  });
  throw new ConfigError(
    'invalid-environment',
    `The environment of this function is not usable. ${problems.join('; ')}. It is set by the CDK stack: deploy it again.`,
  );
}
