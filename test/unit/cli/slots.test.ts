import { describe, expect, it } from 'vitest';
import type { Occupant, OccupantState, Occupants } from '../../../cli/triggers/occupants.ts';
import { readChain, readSlots } from '../../../cli/triggers/slot-functions.ts';
import { applyChanges, planAttach, planDetach } from '../../../cli/triggers/slots.ts';
import { OURS, THEIRS } from './doubles.ts';

const OWN: Occupant = { arn: OURS, state: 'ours' };
const ANOTHERS: Occupant = { arn: THEIRS, state: "another's" };
const facts = { roleArn: 'arn:aws:iam::111122223333:role/r', environment: {} };
const BOTH = ['CustomMessage', 'PostConfirmation'] as const;

describe('a plan to attach', () => {
  it('fills empty slots and leaves our own alone', () => {
    const plan = planAttach({ occupants: { CustomMessage: OWN }, chain: {}, functionArn: OURS }, BOTH);

    expect(plan).toEqual({ changes: [{ slot: 'PostConfirmation', from: undefined, to: OURS }], refusals: [] });
  });

  it('refuses as a whole when one slot is taken, and says how to chain', () => {
    const { changes, refusals } = planAttach(
      { occupants: { PostConfirmation: ANOTHERS }, chain: {}, functionArn: OURS },
      BOTH,
    );

    expect(changes).toEqual([]);
    expect(refusals).toEqual([
      `PostConfirmation belongs to ${THEIRS}, which would no longer be called. To have it called by our function, set "chain": { "postConfirmation": "${THEIRS}" } in connect-sync.json, run cdk deploy, and attach again.`,
    ]);
  });

  it('takes the slot of the function that is chained for that slot, not for another', () => {
    const occupants = { CustomMessage: ANOTHERS };

    const chained = planAttach({ occupants, chain: { CustomMessage: THEIRS }, functionArn: OURS }, ['CustomMessage']);
    const elsewhere = planAttach({ occupants, chain: { PostConfirmation: THEIRS }, functionArn: OURS }, [
      'CustomMessage',
    ]);

    expect(chained.changes).toEqual([{ slot: 'CustomMessage', from: THEIRS, to: OURS }]);
    expect(elsewhere.refusals).toHaveLength(1);
  });
});

describe('a slot that is', () => {
  const stackId =
    'arn:aws:cloudformation:eu-west-1:111122223333:stack/ConnectSync-Other/3a9f39ec-aae8-4bc3-8011-d3845fd84662';
  const state = (of: OccupantState): Occupant => ({
    ...{ arn: THEIRS, state: of },
    facts: { environment: {}, roleArn: 'arn:aws:iam::111122223333:role/theirs', stackId },
  });
  const attach = (of: OccupantState) =>
    planAttach({ occupants: { CustomMessage: state(of) }, chain: {}, functionArn: OURS }, ['CustomMessage']);
  const taken = [{ slot: 'CustomMessage', from: THEIRS, to: OURS }];
  const emptied = [{ slot: 'CustomMessage', from: THEIRS, to: undefined }];

  it.each<[OccupantState, object[], object[]]>([
    ['ours', [], emptied],
    ['of an earlier deployment', taken, emptied],
    ['of another deployment', [], []],
    ["another's", [], []],
    ['dead', taken, emptied],
    ['unknown', [], []],
  ])('%s', (of, attached, detached) => {
    expect(attach(of).changes).toEqual(attached);
    expect(planDetach({ CustomMessage: state(of) }).changes).toEqual(detached);
  });

  it.each<[OccupantState, RegExp]>([
    [
      'of another deployment',
      /the function of another deployment.*connect-sync trigger detach --stack ConnectSync-Other --apply$/,
    ],
    ["another's", /"chain": \{ "customMessage": "arn:/],
    ['unknown', /whose function that is cannot be read.*left alone/],
  ])('%s is refused with what to do', (of, advice) => {
    expect(attach(of).refusals).toEqual([expect.stringMatching(advice)]);
  });

  it('of another deployment is not taken by a chain either', () => {
    const plan = planAttach(
      {
        occupants: { CustomMessage: state('of another deployment') },
        chain: { CustomMessage: THEIRS },
        functionArn: OURS,
      },
      ['CustomMessage'],
    );

    expect(plan.refusals).toHaveLength(1);
  });
});

describe('a plan to detach', () => {
  it('empties our slots, all of them, and gives a chained function its slot back', () => {
    const chaining = { ...OWN, facts: { ...facts, environment: { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS } } };

    const { changes } = planDetach(
      { CustomMessage: chaining, PostConfirmation: ANOTHERS, PostAuthentication: { ...OWN, facts } },
      {},
    );

    expect(changes).toEqual([
      { slot: 'CustomMessage', from: OURS, to: THEIRS },
      { slot: 'PostAuthentication', from: OURS, to: undefined },
    ]);
  });
});

describe('our function, which lambda:GetFunction may not read,', () => {
  it('gives the slot to what its configuration says is chained behind it', () => {
    expect(planDetach({ CustomMessage: OWN }, { CustomMessage: THEIRS })).toEqual({
      changes: [{ slot: 'CustomMessage', from: OURS, to: THEIRS }],
      refusals: [],
    });
  });

  it('stays in the slot when its configuration is not known either', () => {
    expect(planDetach({ CustomMessage: OWN })).toEqual({
      changes: [],
      refusals: [
        `CustomMessage has ${OURS}, and what is chained behind it cannot be read (lambda:GetFunction): a chained function would lose the slot.`,
      ],
    });
  });
});

describe('the function of an earlier deployment with a function chained behind it', () => {
  const earlier = `${OURS}-of-last-year`;
  const occupants: Occupants = {
    CustomMessage: {
      ...{ arn: earlier, state: 'of an earlier deployment' },
      facts: { ...facts, environment: { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS } },
    },
  };

  it('is not replaced by a function that would not call it', () => {
    expect(planAttach({ occupants, chain: {}, functionArn: OURS }, ['CustomMessage'])).toEqual({
      changes: [],
      refusals: [
        `CustomMessage has ${earlier}, the function of an earlier deployment, which calls ${THEIRS}: that would no longer be called. ` +
          `To have it called by our function, set "chain": { "customMessage": "${THEIRS}" } in connect-sync.json, run cdk deploy, and attach again. ` +
          `Or give ${THEIRS} its slot back first: npx connect-sync trigger detach --apply`,
      ],
    });
  });

  it('is replaced by a function that calls it', () => {
    const { changes } = planAttach({ occupants, chain: { CustomMessage: THEIRS }, functionArn: OURS }, [
      'CustomMessage',
    ]);

    expect(changes).toEqual([{ slot: 'CustomMessage', from: earlier, to: OURS }]);
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
