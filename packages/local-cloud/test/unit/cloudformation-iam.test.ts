import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { createIam } from '../../services/iam/index.ts';
import { refusal } from './cloudformation-fixture.ts';

const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const allow = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] });

const start = () => {
  const cloud: Cloud = {
    clock: createVirtualClock(0),
    accountId: '000000000000',
    region: 'eu-west-1',
    endpoint: () => 'http://local',
    call: () => Promise.reject(new Error('IAM calls no service')),
  };
  const { operations, policiesOf } = createIam(cloud);
  const call = async (operation: string, input: object): Promise<unknown> =>
    operations[operation]?.(input as never, { requestId: 'r', caller: { kind: 'account' } });
  return { call, policiesOf };
};

describe('IAM', () => {
  it('creates a role and says what it is', async () => {
    const { call } = start();

    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust, Path: '/app/' });

    expect(await call('GetRole', { RoleName: 'worker' })).toEqual({
      Role: {
        Path: '/app/',
        RoleName: 'worker',
        RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
        Arn: 'arn:aws:iam::000000000000:role/app/worker',
        CreateDate: new Date(0),
        AssumeRolePolicyDocument: '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D',
        MaxSessionDuration: 3600,
      },
    });
  });

  it('shows a role everything its policies say', async () => {
    const { call, policiesOf } = start();
    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });

    await call('PutRolePolicy', { RoleName: 'worker', PolicyName: 'queue', PolicyDocument: allow });
    await call('AttachRolePolicy', { RoleName: 'worker', PolicyArn: 'arn:aws:iam::aws:policy/service-role/Basic' });

    expect(policiesOf('arn:aws:iam::000000000000:role/worker')).toEqual({
      trust: { Version: '2012-10-17', Statement: [] },
      inline: [{ name: 'queue', document: { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] } }],
      managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/Basic'],
    });
    expect(policiesOf('arn:aws:iam::000000000000:role/other')).toBeUndefined();
  });

  it('deletes a role only when it holds no policies any more', async () => {
    const { call } = start();
    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });
    await call('PutRolePolicy', { RoleName: 'worker', PolicyName: 'queue', PolicyDocument: allow });

    const early = await refusal(() => call('DeleteRole', { RoleName: 'worker' }));
    await call('DeleteRolePolicy', { RoleName: 'worker', PolicyName: 'queue' });
    await call('DeleteRole', { RoleName: 'worker' });

    expect(early).toMatchObject({
      code: 'DeleteConflict',
      status: 409,
      message: 'Cannot delete entity, must delete policies first.',
    });
    expect(await refusal(() => call('GetRole', { RoleName: 'worker' }))).toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
    });
  });

  it.each([
    ['CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust }, 'EntityAlreadyExists', 409],
    ['CreateRole', { RoleName: 'a b', AssumeRolePolicyDocument: trust }, 'ValidationError', 400],
    ['CreateRole', { RoleName: 'x', AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument', 400],
    ['PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument: '[]' }, 'MalformedPolicyDocument', 400],
    ['PutRolePolicy', { RoleName: 'missing', PolicyName: 'p', PolicyDocument: allow }, 'NoSuchEntity', 404],
    ['GetRolePolicy', { RoleName: 'worker', PolicyName: 'none' }, 'NoSuchEntity', 404],
    ['DeleteRolePolicy', { RoleName: 'worker', PolicyName: 'none' }, 'NoSuchEntity', 404],
    ['DetachRolePolicy', { RoleName: 'worker', PolicyArn: 'arn:x' }, 'NoSuchEntity', 404],
  ])('%s of %j is %s', async (operation, input, code, status) => {
    const { call } = start();
    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });

    expect(await refusal(() => call(operation, input))).toMatchObject({ code, status });
  });
});
