import { describe, expect, it } from 'vitest';
import { applyChanges, planAttach, planDetach, readChain, readSlots } from '../../../cli/triggers/slots.ts';
import { OURS, THEIRS } from './doubles.ts';

const BOTH = ['CustomMessage', 'PostConfirmation'] as const;

describe('a plan to attach', () => {
  it('fills empty slots and leaves our own alone', () => {
    const plan = planAttach({ occupants: { CustomMessage: OURS }, chain: {}, functionArn: OURS }, BOTH);

    expect(plan).toEqual({ changes: [{ slot: 'PostConfirmation', from: undefined, to: OURS }], refusals: [] });
  });

  it('refuses as a whole when one slot is taken, and says how to chain', () => {
    const { changes, refusals } = planAttach(
      { occupants: { PostConfirmation: THEIRS }, chain: {}, functionArn: OURS },
      BOTH,
    );

    expect(changes).toEqual([]);
    expect(refusals).toEqual([
      `PostConfirmation belongs to ${THEIRS}, which would no longer be called. To have it called by our function, set "chain": { "postConfirmation": "${THEIRS}" } in connect-sync.json, run cdk deploy, and attach again.`,
    ]);
  });

  it('takes the slot of the function that is chained for that slot, not for another', () => {
    const occupants = { CustomMessage: THEIRS };

    const chained = planAttach({ occupants, chain: { CustomMessage: THEIRS }, functionArn: OURS }, ['CustomMessage']);
    const elsewhere = planAttach({ occupants, chain: { PostConfirmation: THEIRS }, functionArn: OURS }, [
      'CustomMessage',
    ]);

    expect(chained.changes).toEqual([{ slot: 'CustomMessage', from: THEIRS, to: OURS }]);
    expect(elsewhere.refusals).toHaveLength(1);
  });
});

describe('a plan to detach', () => {
  it('empties our slots, all of them, and gives a chained function its slot back', () => {
    const occupants = { CustomMessage: OURS, PostConfirmation: THEIRS, PostAuthentication: OURS };

    const { changes } = planDetach({ occupants, chain: { CustomMessage: THEIRS }, functionArn: OURS });

    expect(changes).toEqual([
      { slot: 'CustomMessage', from: OURS, to: THEIRS },
      { slot: 'PostAuthentication', from: OURS, to: undefined },
    ]);
  });
});

describe('slots', () => {
  it('are read from the pool and from the environment of our function', () => {
    expect(readSlots({ LambdaConfig: { CustomMessage: OURS, PreSignUp: THEIRS, PostConfirmation: '' } })).toEqual({
      CustomMessage: OURS,
    });
    expect(readChain({ CHAIN_POST_AUTHENTICATION_ARN: THEIRS, CHAIN_CUSTOM_MESSAGE_ARN: '', QUEUE_URL: 'x' })).toEqual({
      PostAuthentication: THEIRS,
    });
  });

  it('change alone: other triggers and other settings stay', () => {
    const pool = { MfaConfiguration: 'ON', LambdaConfig: { PreSignUp: THEIRS, CustomMessage: OURS } };

    const changed = applyChanges(pool, [
      { slot: 'CustomMessage', from: OURS, to: undefined },
      { slot: 'PostConfirmation', from: undefined, to: OURS },
    ]);

    expect(changed).toEqual({ MfaConfiguration: 'ON', LambdaConfig: { PreSignUp: THEIRS, PostConfirmation: OURS } });
  });
});
