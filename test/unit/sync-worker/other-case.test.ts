import { describe, expect, it } from 'vitest';
import { AGENT_MARY, message, NOW, SUB, startWorker } from './fixture.ts';

const IGNORING = { adoption: { rules: [{ kind: 'username', ignoreCase: true }] } };
const SHOUTED = { ...AGENT_MARY, id: 'agent-shouted', username: AGENT_MARY.username.toUpperCase() };
const MATCH = { connectUserId: SHOUTED.id, policyHash: 'policy-1' };

/** A worker for Mary, whose name Connect has in capitals only. */
function start({ policy = IGNORING as object, agents = [SHOUTED], match = MATCH, exposure = {} } = {}) {
  const worker = startWorker({ row: null, agents, policy, exposure });
  worker.table.caseMatches.set(SUB, match);
  return worker;
}

describe('a Connect user whose name differs in case only', () => {
  it('is linked where the rule says so and the sweep has found that there is no other', async () => {
    const { deliver, table, recorder } = start();

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: SHOUTED.id, linkedAt: NOW, firstEmail: true });
    expect(table.claims.get(SHOUTED.id)).toEqual({ sub: SUB, claimedAt: NOW });
    expect(recorder.argsOf('directory.findIdsByUsername')).toEqual([[AGENT_MARY.username]]);
  });

  it.each<[string, Parameters<typeof start>[0]]>([
    ['the rule does not say so', { policy: {} }],
    ['the sweep found it under another policy', { match: { ...MATCH, policyHash: 'policy-0' } }],
    ['Connect now shows another name', { agents: [{ ...SHOUTED, username: 'another' }] }],
    ['Connect has no such user any more', { agents: [] }],
  ])('is not linked where %s', async (_, given) => {
    const { deliver, table } = start(given);

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'unlinked', reason: 'no-connect-user' });
    expect(table.claims.size).toBe(0);
  });

  it('is not linked where one has exactly the name', async () => {
    const { deliver, table } = start({ agents: [SHOUTED, AGENT_MARY] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: AGENT_MARY.id });
  });

  it('is not linked where another Cognito user has it, and the outcome says so', async () => {
    const { deliver, table } = start();
    table.claims.set(SHOUTED.id, { sub: 'another-sub', claimedAt: NOW });

    await deliver(message('m1', { cause: 'sweep' }));

    const expected = { status: 'ambiguous', reason: 'claimed-by-another', candidateId: SHOUTED.id };
    expect(table.rows.get(SUB)).toMatchObject(expected);
    expect(table.claims.get(SHOUTED.id)).toEqual({ sub: 'another-sub', claimedAt: NOW });
  });

  it('is held while strangers may choose a user name', async () => {
    const { deliver, table } = start({ exposure: { selfSignUp: true } });

    await deliver(message('m1', { cause: 'sweep' }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason: 'open-sign-up' });
    expect(table.claims.size).toBe(0);
  });
});
