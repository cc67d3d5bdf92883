import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { Aspects, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AwsSolutionsChecks, type INagLogger, NagSuppressions } from 'cdk-nag-2';
import { describe, expect, it } from 'vitest';
import { IdentitySync } from '../../lib/index.ts';
import { ACCOUNT, createApp, createStack, INSTANCE_ARN, POOL_ID, REGION } from './stacks.ts';

/** The construct in the app of a consumer, with an imported pool. */
function createConsumer() {
  const app = createApp();
  const stack = new Stack(app, 'Theirs', { env: { account: ACCOUNT, region: REGION } });
  const userPool = UserPool.fromUserPoolId(stack, 'Pool', POOL_ID);
  return { app, stack, sync: new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN }) };
}

/** Runs the lines that docs/organisations.md tells a consumer to write. */
function suppressAsDocumented(sync: IdentitySync): void {
  const page = readFileSync(new URL('../../docs/organisations.md', import.meta.url), 'utf8');
  const [, lines] = /<!-- cdk-nag 2 -->\n```ts\n([\s\S]*?)```/.exec(page) ?? [];
  if (lines === undefined) throw new Error('docs/organisations.md has no lines for cdk-nag 2.');
  runInNewContext(lines, { NagSuppressions, sync });
}

/** Findings of AwsSolutions, each with its resource. A rule that cannot be applied is a finding, too. */
function findingsIn(stack: Stack): readonly string[] {
  const found: string[] = [];
  const ignore = () => {};
  const logger: INagLogger = {
    onCompliance: ignore,
    onNonCompliance: ({ ruleId, findingId, resource }) =>
      void found.push(`${ruleId}${findingId === '' ? '' : `[${findingId}]`} ${resource.node.path}`),
    onSuppressed: ignore,
    onError: ({ ruleId, resource }) => void found.push(`${ruleId} cannot be applied to ${resource.node.path}`),
    onSuppressedError: ignore,
    onNotApplicable: ignore,
  };
  const checks = new AwsSolutionsChecks({ reports: false, additionalLoggers: [logger] });
  for (const construct of stack.node.findAll()) checks.visit(construct);
  return found.toSorted();
}

describe('cdk-nag 2 in the app of a consumer', () => {
  it('finds by the rules of AwsSolutions what the page for organisations names, and nothing else', () => {
    expect(findingsIn(createConsumer().stack)).toEqual([
      'AwsSolutions-IAM5[Resource::*] Theirs/Sync/SyncWorker/Role/Resource',
      `AwsSolutions-IAM5[Resource::${INSTANCE_ARN}/agent/*] Theirs/Sync/SyncWorker/Role/Resource`,
      'AwsSolutions-SQS3 Theirs/Sync/IntakeDeadLetters/Resource',
    ]);
  });

  it('lets the app be synthesized with the suppressions of that page', () => {
    const { app, stack, sync } = createConsumer();
    suppressAsDocumented(sync);

    Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }));

    expect(() => app.synth()).not.toThrow();
    expect(findingsIn(stack)).toEqual([]);
  });

  it('stops the synthesis without them, so that it does look at the construct', () => {
    const { app } = createConsumer();
    Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }));

    expect(() => app.synth()).toThrow('ERROR AwsSolutions-SQS3');
  });

  it('finds two more in the pool that the stack of this project can create', () => {
    const found = findingsIn(createStack({ createUserPool: true })).filter((line) => line.endsWith('/Users/Resource'));

    expect(found.map((line) => line.split(' ')[0])).toEqual(['AwsSolutions-COG2', 'AwsSolutions-COG8']);
  });
});
