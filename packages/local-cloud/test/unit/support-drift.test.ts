import { expect, it } from 'vitest';
import { compareReadme, renderReadme } from '../../generate.ts';

it('finds the tables of packages/local-cloud/README.md as the code would write them; if not, run: npm run generate', async () => {
  const { written, wanted } = await compareReadme();

  expect(written).toBe(wanted);
});

it('writes between the markers only, with what the operations refuse when they are asked', async () => {
  const written = await renderReadme(
    'before\n<!-- support: written by npm run generate -->\nold\n<!-- support: end -->\nafter\n',
  );

  expect(written).toMatch(/^before\n<!-- support: written by npm run generate -->\n\n### Operations\n/);
  expect(written).toMatch(/\n<!-- support: end -->\nafter\n$/);
  expect(written).not.toContain('old\n');
  expect(written).toMatch(/^\| Amazon EventBridge \| `PutRule` \| partial: .*refuses ScheduleExpression, RoleArn \|$/m);
  expect(written).toMatch(/^\| Amazon Connect \| `UpdateUserIdentityInfo` \| full \|$/m);
});

it('needs its markers', async () => {
  await expect(renderReadme('# No markers')).rejects.toThrow('packages/local-cloud/README.md has to have the lines');
});
