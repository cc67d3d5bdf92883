import { describe, expect, it } from 'vitest';
import { AGENT_MARY, MARY, MINUTE, maryWith, message, NOW, OTHER_SUB, SUB, startWorker } from './fixture.ts';

describe('sync-worker on the main path', () => {
  it('writes name and verified e-mail of a linked user, keeps her other fields, and records it', async () => {
    const { deliver, directory, table, logger, calls } = startWorker();

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(directory.users.get('agent-mary')?.identity).toEqual({
      FirstName: 'Mary',
      LastName: 'Jones',
      Email: 'mary.jones@example.com',
      Mobile: '+12065550100',
    });
    expect(calls('directory')).toEqual([
      'directory.identityManagementType',
      'directory.describeUser',
      'directory.securityProfileIds',
      'directory.updateIdentity',
    ]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'written',
      changed: ['LastName', 'Email'],
      withheld: [],
      cause: 'cloudtrail',
      eventId: 'event-m1',
      occurredAt: NOW - 10_000,
      concludedAt: NOW,
      syncedReadAt: NOW,
      lastWriteAt: NOW,
      cognitoModifiedAt: NOW - 10_000,
      policyHash: 'policy-1',
    });
    expect(table.rows.get(SUB)).not.toHaveProperty('connectModifiedAt');
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'user in step',
        fields: {
          sub: SUB,
          messages: 1,
          causes: ['cloudtrail'],
          eventIds: ['event-m1'],
          durationMs: 0,
          lagMs: 10_000,
          connectUserId: 'agent-mary',
          status: 'written',
          reason: undefined,
          changed: ['LastName', 'Email'],
          withheld: [],
        },
      },
    ]);
  });

  it('notes the write before it sends it', async () => {
    const { deliver, recorder } = startWorker();

    await deliver(message('m1'));

    const names = recorder.calls.map(({ name }) => name);
    expect(names.indexOf('table.noteWrite')).toBeGreaterThan(-1);
    expect(names.indexOf('table.noteWrite')).toBeLessThan(names.indexOf('directory.updateIdentity'));
  });

  it('ends with nothing to write when only an attribute changed that is not mapped', async () => {
    const agent = {
      ...AGENT_MARY,
      identity: { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.jones@example.com' },
    };
    const { deliver, writes, table, logger } = startWorker({
      users: [maryWith({ 'custom:CustomAttr1': 'Purple' })],
      agents: [agent],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged', connectModifiedAt: NOW - 1_000_000 });
    expect(logger.lines).toMatchObject([{ level: 'info', fields: { status: 'unchanged', changed: [] } }]);
  });

  it('syncs ten messages of one user once', async () => {
    const { deliver, writes, recorder, logger } = startWorker();
    const ten = Array.from({ length: 10 }, (_, index) => message(`m${index}`, { occurredAt: NOW - 20_000 + index }));

    const response = await deliver(...ten);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
    expect(recorder.argsOf('pool.findUser')).toEqual([[SUB]]);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]?.fields).toMatchObject({ messages: 10, causes: ['cloudtrail'], eventIds: { length: 10 } });
  });

  it('writes decomposed text composed', async () => {
    const { deliver, writes } = startWorker({ users: [maryWith({ given_name: 'Zoe\u0308', email: undefined })] });

    await deliver(message('m1'));

    expect(writes()).toEqual([
      { FirstName: 'Zo\u00eb', LastName: 'Jones', Email: 'mary.smith@example.com', Mobile: '+12065550100' },
    ]);
  });

  it('does not ask Connect for the management type or the profiles when the policy has both', async () => {
    const { deliver, calls } = startWorker({
      policy: { identityManagementType: 'CONNECT_MANAGED', email: { protectedSecurityProfiles: [] } },
    });

    await deliver(message('m1'));

    expect(calls('directory')).toEqual(['directory.describeUser', 'directory.updateIdentity']);
  });
});

it('sync-worker does not ask for security profiles when only a name changed', async () => {
  const { deliver, calls } = startWorker({ users: [maryWith({ email: 'mary.smith@example.com' })] });

  await deliver(message('m1'));

  expect(calls('directory')).toEqual([
    'directory.identityManagementType',
    'directory.describeUser',
    'directory.updateIdentity',
  ]);
});

describe('sync-worker and changes that an earlier sync has seen', () => {
  const synced = { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE, syncedReadAt: NOW - 5_000 };

  it('deletes them without a call to either service', async () => {
    const { deliver, calls, logger } = startWorker({ row: synced });

    const response = await deliver(message('m1', { occurredAt: NOW - 7_001 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect([...calls('pool'), ...calls('directory')]).toEqual([]);
    expect(logger.lines).toMatchObject([
      {
        level: 'info',
        message: 'user already in step',
        fields: { sub: SUB, status: 'covered', eventIds: ['event-m1'] },
      },
    ]);
  });

  it('reconciles again when one of them is too close to that sync', async () => {
    const { deliver, writes } = startWorker({ row: synced });

    await deliver(message('m1', { occurredAt: NOW - 60_000 }), message('m2', { occurredAt: NOW - 7_000 }));

    expect(writes()).toHaveLength(1);
  });

  it('trusts a sync less about a trigger, which runs before the value is stored', async () => {
    const { deliver, writes } = startWorker({
      row: synced,
      users: [{ ...MARY, modifiedAt: NOW - 9_000 }],
    });

    await deliver(message('m1', { cause: 'trigger', occurredAt: NOW - 9_000 }));

    expect(writes()).toHaveLength(1);
  });
});

describe('sync-worker with a mixed batch', () => {
  it('does not let the failure of one user affect the other', async () => {
    const { deliver, recorder, directory, table, logger } = startWorker({
      row: { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE },
    });
    table.rows.set(OTHER_SUB, { sub: OTHER_SUB, connectUserId: 'agent-peter', linkedAt: NOW - 60 * MINUTE });
    recorder.fail('directory.describeUser', new TypeError('mary.jones@example.com is undefined'));

    const response = await deliver(
      message('m1'),
      message('p1', { sub: OTHER_SUB }),
      message('m2'),
      message('p2', { sub: OTHER_SUB }),
    );

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(directory.users.get('agent-peter')?.identity.LastName).toBe('Miller');
    expect(directory.users.get('agent-mary')?.identity.LastName).toBe('Smith');
    expect(logger.lines.map(({ level, fields }) => [level, fields.sub, fields.status])).toEqual([
      ['error', SUB, 'bug'],
      ['info', OTHER_SUB, 'written'],
    ]);
  });
});
