import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { policySchema } from '../../../lambda/config.ts';
import { LOG_RETENTION_DAYS } from '../../../lib/configuration/configuration-schema.ts';
import { findOutdated, renderConfigurationPage, renderJsonSchema } from '../../../lib/configuration/generate.ts';
import type { PolicyProps } from '../../../lib/index.ts';

it('finds the generated files as the code would write them; if not, run: npm run generate', () => {
  expect(findOutdated()).toEqual([]);
});

it('describes the settings of stack and policy, with nothing required that the command line may give', () => {
  const schema = JSON.parse(renderJsonSchema());

  for (const setting of ['$schema', 'userPoolId', 'connectInstanceArn', 'logLevel', 'mapping', 'adoption', 'email'])
    expect(schema.properties).toHaveProperty([setting]);
  expect(schema.required).toBeUndefined();
  expect(schema.additionalProperties).toBe(false);
});

it('gives path, type, default and meaning of a setting', () => {
  expect(renderConfigurationPage()).toMatch(
    /^\| `email\.maxUsersPerHour` \| integer from 1 to 10000 \| `50` \| Users whose address .*\|$/m,
  );
});

it('takes a policy of the settings file as the policy of a CDK app', () => {
  expectTypeOf<z.input<typeof policySchema>>().toExtend<PolicyProps>();
  expectTypeOf<keyof PolicyProps>().toEqualTypeOf<keyof z.input<typeof policySchema>>();
});

it('lets logs be kept for as many days as CloudWatch Logs can, except for ever', () => {
  const days = Object.values(RetentionDays).filter((value) => typeof value === 'number');

  expect([...LOG_RETENTION_DAYS, RetentionDays.INFINITE]).toEqual(days.toSorted((a, b) => a - b));
});
