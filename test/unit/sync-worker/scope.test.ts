import { describe, expect, it } from 'vitest';
import { maryWith, message, SUB, startWorker } from './fixture.ts';

const AGENTS = { scope: { kind: 'group', group: 'agents' } };
const CONTACT_CENTRE = { scope: { kind: 'attribute', attribute: 'custom:department', equals: 'contact-centre' } };

describe('sync-worker with a scope', () => {
  it.each([
    ['is in no group', AGENTS, {}, {}],
    ['is in other groups', AGENTS, { 'mary.user': ['admins', 'agents-emea'] }, {}],
    ['lacks the attribute', CONTACT_CENTRE, {}, {}],
    ['has another value', CONTACT_CENTRE, {}, { 'custom:department': 'Contact-Centre' }],
  ])('leaves a user alone who %s, and records it', async (_what, policy, groups, attributes) => {
    const { deliver, table, calls, logger } = startWorker({ policy, groups, users: [maryWith(attributes)] });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('directory')).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'out-of-scope', changed: [], withheld: [] });
    expect(logger.lines).toMatchObject([{ level: 'info', fields: { status: 'out-of-scope' } }]);
  });

  it.each([
    ['is a member of the group', AGENTS, { 'mary.user': ['admins', 'agents'] }, {}],
    ['has the value', CONTACT_CENTRE, {}, { 'custom:department': 'contact-centre' }],
  ])('synchronizes a user who %s', async (_what, policy, groups, attributes) => {
    const { deliver, table } = startWorker({ policy, groups, users: [maryWith(attributes)] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName', 'Email'] });
  });
});
