import { expect, it } from 'vitest';

import { findOutdated, renderConfigurationPage, renderJsonSchema } from '../../../lib/configuration/generate.ts';

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
