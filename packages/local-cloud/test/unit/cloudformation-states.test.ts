import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { createFixture, refusal } from './cloudformation-fixture.ts';

const template = (name: string) =>
  JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } } } });

describe('the states of a stack', () => {
  it('refuses a second deployment while the first one runs', async () => {
    const { call, answer, stack } = createFixture();
    let finish = () => {};
    answer(
      'sqs.CreateQueue',
      () =>
        new Promise((resolve) => {
          finish = () => resolve({ QueueUrl: 'http://local/000000000000/slow' });
        }),
    );
    const { StackId } = await call<{ StackId: string }>('CreateStack', {
      StackName: 'Stack',
      TemplateBody: template('a'),
    });

    const update = await refusal(() =>
      call('CreateChangeSet', { StackName: 'Stack', ChangeSetName: 'b', TemplateBody: template('b') }),
    );
    const create = await refusal(() => call('CreateStack', { StackName: 'Stack', TemplateBody: template('b') }));
    const remove = await refusal(() => call('DeleteStack', { StackName: 'Stack' }));
    finish();

    expect(update).toMatchObject({
      code: 'ValidationError',
      message: `Stack:${StackId} is in CREATE_IN_PROGRESS state and can not be updated.`,
    });
    expect(create).toMatchObject({ code: 'AlreadyExistsException', message: 'Stack [Stack] already exists' });
    expect(remove.message).toBe(`Stack:${StackId} is in CREATE_IN_PROGRESS state and can not be deleted.`);
    expect(await stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });

  it('refuses to execute a change set that another deployment has overtaken', async () => {
    const { call, deploy } = createFixture();
    await deploy(JSON.parse(template('a')));
    await call('CreateChangeSet', { StackName: 'Stack', ChangeSetName: 'mine', TemplateBody: template('b') });
    await deploy(JSON.parse(template('c')));

    const error = await refusal(() => call('ExecuteChangeSet', { StackName: 'Stack', ChangeSetName: 'mine' }));

    expect(error).toMatchObject({ code: 'ChangeSetNotFound', status: 404, message: 'ChangeSet [mine] does not exist' });
  });

  it('refuses to update a stack whose creation was rolled back, and lets it be deleted and made anew', async () => {
    const { call, deploy, answer, close } = createFixture();
    answer('sqs.CreateQueue', () => {
      throw new AwsError('OverLimit', 'enough', 403);
    });
    const { StackId } = await deploy(JSON.parse(template('a')));
    const error = await refusal(() => call('UpdateStack', { StackName: 'Stack', TemplateBody: template('b') }));
    answer('sqs.CreateQueue', () => ({ QueueUrl: 'http://local/000000000000/b' }));

    await call('DeleteStack', { StackName: 'Stack' });
    await close();
    const again = await deploy(JSON.parse(template('b')));

    expect(error.message).toBe(`Stack:${StackId} is in ROLLBACK_COMPLETE state and can not be updated.`);
    expect(again).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(again.StackId).not.toBe(StackId);
  });

  it.each([
    ['DescribeStacks', 'Stack with id Missing does not exist'],
    ['GetTemplate', 'Stack with id Missing does not exist'],
    ['DescribeStackEvents', 'Stack [Missing] does not exist'],
    ['UpdateStack', 'Stack with id Missing does not exist'],
  ])('%s names an unknown stack as AWS does', async (operation, message) => {
    const { call } = createFixture();

    const error = await refusal(() => call(operation, { StackName: 'Missing', TemplateBody: template('a') }));

    expect(error).toMatchObject({ code: 'ValidationError', message });
  });

  it('deletes a stack that does not exist without complaint', async () => {
    const { call } = createFixture();

    expect(await call('DeleteStack', { StackName: 'Missing' })).toEqual({});
  });

  it('keeps a deleted stack under its id only', async () => {
    const { call, deploy, stack } = createFixture();
    const { StackId } = (await deploy(JSON.parse(template('a')))) as { StackId: string };

    await call('DeleteStack', { StackName: 'Stack' });

    expect(await stack(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect((await refusal(() => call('DescribeStacks', { StackName: 'Stack' }))).message).toBe(
      'Stack with id Stack does not exist',
    );
  });

  it('keeps a stack whose resource cannot be deleted, and says which', async () => {
    const { call, deploy, answer, stack, reasonOf } = createFixture();
    await deploy(JSON.parse(template('a')));
    answer('sqs.DeleteQueue', () => {
      throw new AwsError('AccessDenied', 'not yours', 403);
    });

    await call('DeleteStack', { StackName: 'Stack' });

    expect(await stack()).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [Queue].',
    });
    expect(await reasonOf('Queue', 'DELETE_FAILED')).toBe(
      'not yours (Service: sqs, Operation: DeleteQueue, Status Code: 403, Error: AccessDenied)',
    );
  });

  it('counts a resource that is already gone as deleted', async () => {
    const { call, deploy, answer, stack } = createFixture();
    const { StackId } = (await deploy(JSON.parse(template('a')))) as { StackId: string };
    answer('sqs.DeleteQueue', () => {
      throw new AwsError('QueueDoesNotExist', 'gone', 400);
    });

    await call('DeleteStack', { StackName: 'Stack' });

    expect(await stack(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  });

  it('does not delete a protected stack', async () => {
    const { call, deploy } = createFixture();
    await deploy(JSON.parse(template('a')));
    await call('UpdateTerminationProtection', { StackName: 'Stack', EnableTerminationProtection: true });

    const error = await refusal(() => call('DeleteStack', { StackName: 'Stack' }));

    expect(error.message).toBe('Stack [Stack] cannot be deleted while TerminationProtection is enabled');
  });

  it('pages events, newest first, all at different times', async () => {
    const { call, deploy } = createFixture();
    const queues = Array.from({ length: 40 }, (_, index) => [`Queue${index}`, { Type: 'AWS::SQS::Queue' }]);
    await deploy({ Resources: Object.fromEntries(queues) });

    type Page = { StackEvents: { ResourceStatus: string; Timestamp: Date }[]; NextToken?: string };
    const first = await call<Page>('DescribeStackEvents', { StackName: 'Stack' });
    const second = await call<Page>('DescribeStackEvents', { StackName: 'Stack', NextToken: first.NextToken });

    expect(first.StackEvents).toHaveLength(100);
    expect(second.StackEvents).toHaveLength(23);
    expect(second.NextToken).toBeUndefined();
    expect(first.StackEvents[0]?.ResourceStatus).toBe('CREATE_COMPLETE');
    const times = [...first.StackEvents, ...second.StackEvents].map(({ Timestamp }) => Timestamp.getTime());
    expect(times.every((time, index) => index === 0 || time < (times[index - 1] ?? 0))).toBe(true);
  });

  it('tells a change set what would be added, modified, replaced and removed', async () => {
    const { call, deploy } = createFixture();
    const queue = (properties: object) => ({ Type: 'AWS::SQS::Queue', Properties: properties });
    await deploy({
      Resources: {
        Changed: queue({ DelaySeconds: 1 }),
        Replaced: queue({ QueueName: 'a' }),
        Gone: queue({}),
        Same: queue({}),
      },
    });
    const next = {
      Changed: queue({ DelaySeconds: 2 }),
      Replaced: queue({ QueueName: 'b' }),
      New: queue({}),
      Same: queue({}),
    };
    const selector = { StackName: 'Stack', ChangeSetName: 'look' };

    await call('CreateChangeSet', { ...selector, TemplateBody: JSON.stringify({ Resources: next }) });
    const { Changes } = await call<{ Changes: { ResourceChange: Record<string, unknown> }[] }>(
      'DescribeChangeSet',
      selector,
    );

    expect(
      Changes.map(({ ResourceChange: change }) => [change.Action, change.LogicalResourceId, change.Replacement]),
    ).toEqual([
      ['Modify', 'Changed', 'False'],
      ['Modify', 'Replaced', 'True'],
      ['Add', 'New', undefined],
      ['Remove', 'Gone', undefined],
    ]);
  });
});
