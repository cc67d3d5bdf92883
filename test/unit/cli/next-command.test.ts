import { describe, expect, it } from 'vitest';
import { commandFor, commandOnProgress } from '../../../cli/users/next-command.ts';

const SUB = '061f78a5-21d2-4642-b604-e6edacd78a9c';
const AGENT = '0c86f3c5-2f0d-4c3e-9a53-7a5332a7ee13';
const PLAIN = { sub: SUB, candidateId: null, withheld: [] };
const held = (field: 'Email' | 'SecondaryEmail', holdId: string) => ({
  ...{ field, kind: 'held', reason: 'first-email', code: null, advice: null, holdId },
});

describe('the command for a reason', () => {
  it.each([
    ['no-connect-user', PLAIN, `npx connect-sync sync ${SUB} --apply`],
    ['domain-not-allowed', PLAIN, `npx connect-sync show ${SUB}`],
    ['unknown-profile', PLAIN, 'npx connect-sync doctor'],
    [
      'claimed-by-another',
      { ...PLAIN, candidateId: AGENT },
      `npx connect-sync link ${SUB} ${AGENT} --replace-claim --apply`,
    ],
    ['open-sign-up', { ...PLAIN, candidateId: AGENT }, `npx connect-sync link ${SUB} ${AGENT} --apply`],
    [
      'first-email',
      { ...PLAIN, withheld: [held('Email', 'Jf3kP0aZ'), held('SecondaryEmail', 'Kg4lQ1bY')] },
      `npx connect-sync release ${SUB} --hold Jf3kP0aZ --hold Kg4lQ1bY --apply`,
    ],
  ])('%s', (reason, subject, command) => {
    expect(commandFor(reason, subject)).toBe(command);
  });

  it.each([
    ['a link without a candidate', 'open-sign-up'],
    ['a hold whose value is not known', 'first-email'],
    ['several Connect users, of whom a person chooses', 'several-connect-users'],
    ['a reason of another version', 'of-the-future'],
    ['the name of a member of every object', 'toString'],
  ])('is none for %s', (_, reason) => {
    expect(commandFor(reason, PLAIN)).toBeUndefined();
  });
});

describe('the command for the progress of a user', () => {
  const failing = (code: string) =>
    ({ state: 'failing', code, operation: null, tries: 1, lastTryAt: 0, nextTryAt: 0 }) as const;

  it.each([
    ['AccessDeniedException', `npx cdk deploy && npx connect-sync sync ${SUB} --apply`],
    ['TooManyRequestsException', 'npx connect-sync doctor'],
    ['TypeError', undefined],
  ])('that fails with %s', (code, command) => {
    expect(commandOnProgress(PLAIN, failing(code))).toBe(command);
  });

  it('is to reconcile where no event has come, and none where all is in step', () => {
    expect(commandOnProgress(PLAIN, { state: 'not-announced', changedAt: 0 })).toBe(
      `npx connect-sync sync ${SUB} --apply`,
    );
    expect(commandOnProgress(PLAIN, { state: 'in-step' })).toBeUndefined();
  });
});
