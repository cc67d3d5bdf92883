import { describe, expect, it } from 'vitest';
import { AGENT_MARY, maryWith, message, SUB, startWorker } from './fixture.ts';

describe('sync-worker and values that Connect does not take', () => {
  it('rejects a missing last name that neither side has', async () => {
    const { deliver, writes, table, logger } = startWorker({
      users: [maryWith({ family_name: undefined, given_name: 'Maria' })],
      agents: [{ ...AGENT_MARY, identity: { FirstName: 'Mary' } }],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      withheld: [{ field: 'LastName', kind: 'rejected', reason: 'missing-name' }],
    });
    expect(logger.lines).toMatchObject([
      {
        fields: {
          advice: ['LastName: Connect requires a first and a last name and neither side has one: fill it in Cognito.'],
        },
      },
    ]);
  });

  it('keeps the last name of Connect when Cognito has none', async () => {
    const { deliver, writes } = startWorker({ users: [maryWith({ family_name: undefined, given_name: 'Maria' })] });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ FirstName: 'Maria', LastName: 'Smith' }]);
  });

  it('rejects names of 300 characters and writes the e-mail', async () => {
    const { deliver, writes, table } = startWorker({
      users: [maryWith({ given_name: 'x'.repeat(300), family_name: 'y'.repeat(300) })],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toMatchObject([{ FirstName: 'Mary', LastName: 'Smith', Email: 'mary.jones@example.com' }]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      changed: ['Email'],
      withheld: [
        { field: 'FirstName', reason: 'too-long' },
        { field: 'LastName', reason: 'too-long' },
      ],
    });
  });
});

describe('sync-worker and the identity management of the instance', () => {
  it('never sends an Email to a SAML instance', async () => {
    const { deliver, writes, table } = startWorker({ type: 'SAML' });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([{ FirstName: 'Mary', LastName: 'Jones', Mobile: '+12065550100' }]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName'], withheld: [] });
  });

  it('sends the empty last name that a SAML instance shows', async () => {
    const { deliver, writes } = startWorker({
      type: 'SAML',
      users: [maryWith({ family_name: undefined, given_name: 'Maria' })],
      agents: [{ ...AGENT_MARY, identity: { FirstName: 'Mary' } }],
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([{ FirstName: 'Maria', LastName: '' }]);
  });

  it('writes nothing when a directory owns the identities', async () => {
    const { deliver, calls, table } = startWorker({ type: 'EXISTING_DIRECTORY' });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('directory')).toEqual(['directory.identityManagementType']);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', reason: 'existing-directory' });
  });
});
