import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createConsumer, ROOT } from './consumer.ts';

const consumer = createConsumer(inject('tarball'), ['aws-cdk-lib', 'constructs', 'tsx']);
afterAll(() => consumer.remove());

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Synthesizes an app of one file with the packed package, and gives the resources. */
function synthesize(name: string, source: string): readonly Resource[] {
  consumer.write({ [`${name}.ts`]: source });
  const CDK_OUTDIR = join(consumer.folder, name);
  const node = { path: process.execPath, version: process.version };
  const { status, stderr } = consumer.run(node, [consumer.fileOf('tsx', 'dist/cli.mjs'), `${name}.ts`], { CDK_OUTDIR });
  expect(status, stderr).toBe(0);
  const [template = ''] = globSync('*.template.json', { cwd: CDK_OUTDIR });
  return Object.values(JSON.parse(readFileSync(join(CDK_OUTDIR, template), 'utf8')).Resources);
}

const ofType = (resources: readonly Resource[], type: string) => resources.filter(({ Type }) => Type === type);
const services = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::Lambda::Function')
    .map(({ Properties }) => Object(Object(Properties.Environment).Variables).POWERTOOLS_SERVICE_NAME)
    .filter((name) => name !== undefined)
    .toSorted();
const FUNCTIONS = ['change-intake', 'pool-trigger', 'sweep', 'sync-worker'];
const readExample = (name: string) => readFileSync(join(ROOT, `examples/${name}.ts`), 'utf8');

describe('the examples', () => {
  it('are all synthesized here', () => {
    expect(globSync('*.ts', { cwd: join(ROOT, 'examples') }).toSorted()).toEqual([
      'imported-pool.ts',
      'instance-in-another-region.ts',
      'own-pool.ts',
    ]);
  });

  it('own-pool gives the pool our triggers, and has ours call the function that words messages', () => {
    const resources = synthesize('own-pool', readExample('own-pool'));

    expect(services(resources)).toEqual(FUNCTIONS);
    const [pool] = ofType(resources, 'AWS::Cognito::UserPool');
    expect(Object.keys(Object(pool?.Properties.LambdaConfig)).toSorted()).toEqual([
      'CustomMessage',
      'PostConfirmation',
    ]);
    expect(JSON.stringify(ofType(resources, 'AWS::Lambda::Function'))).toMatch(
      /"CHAIN_CUSTOM_MESSAGE_ARN":\{"Fn::GetAtt":\["Wording\w+","Arn"\]\}/,
    );
  });

  it('imported-pool touches no pool, keeps to one group and tells a topic', () => {
    const resources = synthesize('imported-pool', readExample('imported-pool'));

    expect(services(resources)).toEqual(FUNCTIONS);
    expect(ofType(resources, 'AWS::Cognito::UserPool')).toEqual([]);
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(5);
    expect(alarms.filter(({ Properties }) => Properties.AlarmActions === undefined)).toEqual([]);
    expect(JSON.stringify(resources)).toContain('cognito-idp:AdminListGroupsForUser');
  });

  it('instance-in-another-region has its functions call Connect where the instance is', () => {
    const resources = synthesize('instance-in-another-region', readExample('instance-in-another-region'));

    const regions = ofType(resources, 'AWS::Lambda::Function').map(
      ({ Properties }) => Object(Object(Properties.Environment).Variables).CONNECT_REGION,
    );
    expect(regions.filter((region) => region !== undefined)).toEqual(['eu-west-2', 'eu-west-2']);
  });
});

it('the example of docs/architecture.md is synthesized, with our triggers on its pool', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const source = /<!-- example: app\.ts -->\n```ts\n(.*?)```/s.exec(page)?.[1] ?? '';

  const resources = synthesize('architecture', source);

  expect(services(resources)).toEqual(FUNCTIONS);
  const [pool] = ofType(resources, 'AWS::Cognito::UserPool');
  expect(Object.keys(Object(pool?.Properties.LambdaConfig)).toSorted()).toEqual(['CustomMessage', 'PostConfirmation']);
});
