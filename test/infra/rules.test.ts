import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, createApp, createStack, POOL_ID, REGION, resourcesOf, STAGES } from './stacks.ts';

const specification = await loadAwsServiceSpec();

describe.each(STAGES)('the template for the stage $stage', ({ configuration }) => {
  it('leaves no finding of cdk-nag unanswered', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(createStack(configuration));

    expect(violations).toEqual([]);
  });

  it("breaks none of CloudFormation's own rules", () => {
    const app = createApp({ builtinCloudFormationValidation: true });
    createStack(configuration, { app });

    const { directory } = app.synth();

    const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
    expect(pluginReports).toEqual([]);
  });

  it('uses resource types and properties that CloudFormation knows, and gives those that it requires', () => {
    const problems = Object.entries(resourcesOf(createStack(configuration))).flatMap(([id, { Type, Properties }]) => {
      const [known] = specification.lookup('resource', 'cloudFormationType', 'equals', Type);
      if (!known) return [`${id}: no type ${Type}`];
      const unknown = Object.keys(Properties).filter((name) => !(name in known.properties));
      const missing = Object.entries(known.properties).filter(
        ([name, { required }]) => required && !(name in Properties),
      );
      return [...unknown.map((name) => `${id}: no ${name}`), ...missing.map(([name]) => `${id}: ${name} missing`)];
    });

    expect(problems).toEqual([]);
  });
});

describe('the template', () => {
  it('is the one that was reviewed', async () => {
    const template = JSON.stringify(resourcesOf(createStack({ createUserPool: true })), undefined, 1);

    expect(Buffer.byteLength(template)).toBeLessThan(60_000);
    await expect(`${template}\n`).toMatchFileSnapshot('snapshots/created-pool.snap');
  });

  it('for a pool that exists differs only in the pool: it makes none, and names the one that it is given', () => {
    // Without one the name of the stack follows from the pool, and much follows from the name.
    const stackName = 'ConnectSync';
    const created = Object.entries(resourcesOf(createStack({ createUserPool: true, stackName })));
    const own = created.filter(([, { Type }]) => Type.startsWith('AWS::Cognito::')).map(([id]) => id);
    const rest = JSON.stringify(Object.fromEntries(created.filter(([id]) => !own.includes(id))));

    const imported = resourcesOf(createStack({ userPoolId: POOL_ID, stackName }));

    const [pool, client, ...others] = own;
    expect([client, ...others]).toEqual([expect.stringContaining('Client')]);
    const named = rest
      .replaceAll(`{"Ref":"${pool}"}`, `"${POOL_ID}"`)
      .replaceAll(`{"Fn::GetAtt":["${pool}","Arn"]}`, `"arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${POOL_ID}"`);
    expect(imported).toEqual(JSON.parse(named));
  });
});

it('would report a finding without an answer', () => {
  const stack = createStack();
  new Queue(stack, 'Open');

  const { violations } = new AwsSolutionsChecks().validateScope(stack);

  expect(violations.map(({ ruleName }) => ruleName).toSorted()).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']);
});
