import { describe, expect, it } from 'vitest';
import { advise, adviseOnSeveral, outcome, summarize, type Withheld } from '../../../lambda/core/outcome.ts';

const WAITING: Withheld = { field: 'Email', kind: 'waiting', reason: 'email-not-verified' };
const REJECTED: Withheld = { field: 'Mobile', kind: 'rejected', reason: 'not-e164' };
const HELD: Withheld = { field: 'SecondaryEmail', kind: 'held', reason: 'first-email' };

describe('summarize', () => {
  it.each([
    ['unchanged', [], []],
    ['written', ['FirstName'], []],
    ['waiting', ['FirstName'], [WAITING]],
    ['rejected', [], [WAITING, REJECTED]],
    ['held', ['FirstName'], [WAITING, REJECTED, HELD]],
  ] as const)('says %s', (status, changed, withheld) => {
    expect(summarize(changed, withheld)).toEqual({ status, changed, withheld });
  });
});

describe('advise', () => {
  it.each([
    ['nothing was withheld', summarize(['FirstName'], [])],
    ['nothing differed', summarize([], [])],
  ])('is silent when %s', (_, result) => {
    expect(advise(result, { sub: 'sub-1' })).toEqual([]);
  });

  it('has a sentence for the reason and for each withheld field', () => {
    const advice = advise(
      {
        status: 'rejected',
        reason: 'connect-keeps-another',
        changed: [],
        withheld: [WAITING, REJECTED],
      },
      { sub: 'sub-1' },
    );

    expect(advice).toEqual([
      'Connect took the identity but shows another one, and its user was not changed since: set the value in Cognito to what Connect shows.',
      'Email: Cognito has not verified the address: it is written after the user verifies it.',
      'Mobile: Connect takes numbers in E.164 form only, for example +12065550100: correct it in Cognito.',
    ]);
  });

  it.each([
    ['no one', undefined, 'connect-sync link sub-1 CONNECT_USER_ID.'],
    ['agent-1', 'agent-1', 'connect-sync link sub-1 agent-1.'],
  ])('names the user, where a rule has found %s', (_, candidateId, end) => {
    expect(advise(outcome('unlinked', 'no-connect-user'), { sub: 'sub-1', candidateId })).toEqual([
      `No Connect user matches by the configured adoption rules: create one, then: connect-sync sync sub-1; or: ${end}`,
    ]);
  });

  it.each([
    [
      'first-email',
      'First address of a newly linked user: check the link, then: connect-sync release --reason first-email.',
    ],
    [
      'several-connect-users',
      'More than one Connect user matches: connect-sync link, for each user, with the right one.',
    ],
    [
      'claimed-by-another',
      'The matching Connect user is linked to another Cognito user: find out which link is right. If this one: connect-sync link --replace-claim, for each user.',
    ],
    ['of a later version', undefined],
  ])('has one command for several users: %s', (reason, advice) => {
    expect(adviseOnSeveral(reason)).toBe(advice);
  });
});
