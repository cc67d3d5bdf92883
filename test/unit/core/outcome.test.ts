import { describe, expect, it } from 'vitest';
import { advise, outcome, summarize, type Withheld } from '../../../lambda/core/outcome.ts';

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
    expect(advise(result)).toEqual([]);
  });

  it('has a sentence for the reason and for each withheld field', () => {
    const advice = advise({
      status: 'rejected',
      reason: 'connect-keeps-another',
      changed: [],
      withheld: [WAITING, REJECTED],
    });

    expect(advice).toEqual([
      'Connect took the identity but shows another one, and its user was not changed since: set the value in Cognito to what Connect shows.',
      'Email: Cognito has not verified the address: it is written after the user verifies it.',
      'Mobile: Connect takes numbers in E.164 form only, for example +12065550100: correct it in Cognito.',
    ]);
  });

  it('tells what to do about a user without a Connect user', () => {
    const advice = advise(outcome('unlinked', 'no-connect-user'));

    expect(advice).toEqual([
      'No Connect user matches by the configured adoption rules: create one, then: connect-sync sync USER; or: connect-sync link USER CONNECT_USER_ID.',
    ]);
  });
});
