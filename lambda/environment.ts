import * as z from 'zod/mini';
import { ConfigError } from './core/failures/errors.ts';

/** Schemas of variables that several functions have. */
export const fields = {
  text: z.string().check(z.minLength(1)),
  queueUrl: z.url(),
  userPoolId: z.string().check(z.regex(/^[\w-]+_[0-9a-zA-Z]+$/)),
};

/** The environment that `lib` gives a function: every variable of its schema, as text. */
export type EnvironmentOf<Schema extends z.ZodMiniObject> = Readonly<Record<keyof z.infer<Schema>, string>>;

/**
 * Reads the environment of a function.
 *
 * @returns the checked, typed values.
 * @throws {ConfigError} that names all missing and wrong variables. The function then fails in its init phase.
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
