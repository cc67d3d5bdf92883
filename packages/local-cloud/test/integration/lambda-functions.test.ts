import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Call } from '../../service.ts';
import { ASSUMPTIONS } from '../../services/lambda/index.ts';
import { ARN, createHarness, zipText } from '../fixtures/functions/lambda-harness.ts';

const POOL = 'arn:aws:cognito-idp:eu-central-1:000000000000:userpool/eu-central-1_Abc';
let harness = createHarness();
afterEach(async () => {
  await harness.lambda.close();
  harness = createHarness();
});

describe('a function', () => {
  test('is described as AWS does', async () => {
    await harness.create({ Environment: { Variables: { A: 'b' } }, Architectures: ['arm64'], Tags: { team: 'x' } });

    expect(await harness.run('GetFunction', { FunctionName: ARN })).toMatchObject({
      Configuration: {
        FunctionName: 'subject',
        FunctionArn: ARN,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 30,
        MemorySize: 128,
        Version: '$LATEST',
        State: 'Active',
        LastUpdateStatus: 'Successful',
        Architectures: ['arm64'],
        Environment: { Variables: { A: 'b' } },
        CodeSha256: expect.stringMatching(/^[\w+/]{43}=$/),
        LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      },
      Tags: { team: 'x' },
    });
  });

  test('is listed, page by page', async () => {
    for (const FunctionName of ['one', 'two', 'three']) await harness.create({ FunctionName });

    const first = await harness.run<{ NextMarker: string }>('ListFunctions', { MaxItems: 2 });
    const second = await harness.run('ListFunctions', { MaxItems: 2, Marker: first.NextMarker });

    expect(first).toMatchObject({ Functions: [{ FunctionName: 'one' }, { FunctionName: 'two' }] });
    expect(second).toEqual({ Functions: [expect.objectContaining({ FunctionName: 'three' })] });
  });

  test.for([
    [{ Layers: ['arn:aws:lambda:eu-central-1:1:layer:l:1'] }, 'UnsupportedOperation'],
    [{ VpcConfig: { SubnetIds: ['s'] } }, 'UnsupportedOperation'],
    [{ Publish: true }, 'UnsupportedOperation'],
    [{ PackageType: 'Image' }, 'UnsupportedOperation'],
    [{ Code: {} }, 'InvalidParameterValueException'],
    [{ Code: { ZipFile: Buffer.from('no zip') } }, 'InvalidParameterValueException'],
    [{ Code: { ZipFile: zipText({ '../outside.js': 'x' }) } }, 'InvalidParameterValueException'],
  ] as const)('is refused with %j', async ([request, code]) => {
    await expect(harness.create(request as never)).rejects.toMatchObject({ code });
  });

  test('leaves no unpacked code behind after close', async () => {
    await harness.create();
    const { payload } = await harness.invoke({ action: 'environment' });
    expect(existsSync(payload.LAMBDA_TASK_ROOT)).toBe(true);

    await harness.lambda.close();

    expect(existsSync(payload.LAMBDA_TASK_ROOT)).toBe(false);
  });
});

describe('Invoke', () => {
  test('as a dry run checks and does nothing', async () => {
    await harness.create();

    expect((await harness.invoke({}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(harness.lambda.stats()).toEqual({ subject: { invocations: 0, errors: 0 } });
  });

  test.for([
    [{ Payload: Buffer.from('{"open":') }, 'InvalidRequestContentException', 400],
    [{ Payload: Buffer.alloc(6_291_457, 32) }, 'RequestTooLargeException', 413],
    [{ Payload: Buffer.alloc(1_048_577, 32), InvocationType: 'Event' }, 'RequestTooLargeException', 413],
    [{ InvocationType: 'Later' }, 'InvalidParameterValueException', 400],
    [{ Qualifier: 'live' }, 'ResourceNotFoundException', 404],
  ] as const)('refuses a bad request: %#', async ([request, code, status]) => {
    await harness.create();

    await expect(harness.invoke({}, request)).rejects.toMatchObject({ code, status });
  });
});

describe('the resource policy', () => {
  const from = (principal: string, sourceArn: string): Call => ({
    requestId: 'request-2',
    caller: { kind: 'service', principal, sourceArn },
  });
  const permit = (permission: object = {}) =>
    harness.run('AddPermission', {
      FunctionName: 'subject',
      StatementId: 'pool',
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      ...permission,
    });
  const asPool = (sourceArn = POOL, principal = 'cognito-idp.amazonaws.com') =>
    harness.invoke({ action: 'nothing' }, {}, from(principal, sourceArn));

  test('keeps services out until it lets them in', async () => {
    await harness.create();

    await expect(asPool()).rejects.toMatchObject({ code: 'AccessDeniedException', status: 403 });
    await permit({ SourceArn: POOL, SourceAccount: '000000000000' });

    expect((await asPool()).StatusCode).toBe(200);
  });

  test.for([
    ['another pool', POOL.replace('Abc', 'Xyz'), undefined],
    ['another account', POOL.replace('000000000000', '999999999999'), undefined],
    ['another service', POOL, 'events.amazonaws.com'],
  ] as const)('keeps %s out', async ([, sourceArn, principal]) => {
    await harness.create();
    await permit({ SourceArn: POOL, SourceAccount: '000000000000' });

    await expect(asPool(sourceArn, principal)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('understands wildcards in the source', async () => {
    await harness.create();
    await permit({ SourceArn: 'arn:aws:cognito-idp:eu-central-1:000000000000:userpool/*' });

    expect((await asPool()).StatusCode).toBe(200);
  });

  test('holds for asynchronous invocations too', async () => {
    await harness.create();
    const call = from('events.amazonaws.com', 'arn:aws:events:eu-central-1:000000000000:rule/r');

    const refused = harness.invoke({}, { InvocationType: 'Event' }, call);

    await expect(refused).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('is shown, and a removed statement no longer counts', async () => {
    await harness.create();
    const { Statement } = await harness.run<{ Statement: string }>('AddPermission', {
      FunctionName: 'subject',
      StatementId: 'pool',
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: POOL,
    });
    const { Policy } = await harness.run<{ Policy: string }>('GetPolicy', { FunctionName: 'subject' });

    await harness.run('RemovePermission', { FunctionName: 'subject', StatementId: 'pool' });

    expect(JSON.parse(Statement)).toEqual({
      Sid: 'pool',
      Effect: 'Allow',
      Principal: { Service: 'cognito-idp.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: ARN,
      Condition: { ArnLike: { 'AWS:SourceArn': POOL } },
    });
    expect(JSON.parse(Policy)).toMatchObject({ Version: '2012-10-17', Statement: [JSON.parse(Statement)] });
    await expect(asPool()).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(harness.run('GetPolicy', { FunctionName: 'subject' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test.for([
    [{ StatementId: 'pool' }, 'ResourceConflictException'],
    [{ StatementId: 'not valid' }, 'InvalidParameterValueException'],
    [{ StatementId: 'x', Action: 'sqs:SendMessage' }, 'InvalidParameterValueException'],
    [{ StatementId: 'x', PrincipalOrgID: 'o-1' }, 'UnsupportedOperation'],
  ] as const)('refuses %j', async ([permission, code]) => {
    await harness.create();
    await permit();

    await expect(permit(permission)).rejects.toMatchObject({ code });
  });
});

test('every assumption says what is assumed', () => {
  expect(ASSUMPTIONS.filter(({ topic, assumed }) => !topic.startsWith('Lambda: ') || assumed.length < 20)).toEqual([]);
});
