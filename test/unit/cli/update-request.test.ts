import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { DESCRIBED_ONLY, planUpdate, SENT_BACK } from '../../../cli/triggers/update-request.ts';
import { describedPool, OURS, POOL_ID, THEIRS } from './doubles.ts';

/** Names of the members of a structure, as the SDK's own schema has them. */
const membersOf = (schema: unknown): readonly string[] =>
  (schema as readonly [number, string, string, unknown, string[]])[4];

describe('the request that leaves a pool as it is', () => {
  it('accounts for every member that the SDK knows of a described pool', () => {
    expect([...DESCRIBED_ONLY, ...SENT_BACK].sort()).toEqual([...membersOf(sdk.UserPoolType$)].sort());
  });

  it('accounts for every member that the SDK can send', () => {
    expect(['UserPoolId', 'PoolName', ...SENT_BACK].sort()).toEqual([...membersOf(sdk.UpdateUserPoolRequest$)].sort());
  });

  it('holds every setting, those unknown to us too, and none of what cannot be changed', () => {
    const { request, unknown, refusals } = planUpdate(
      describedPool({
        SchemaAttributes: [{ Name: 'sub' }],
        Domain: 'agents',
        UsernameConfiguration: { CaseSensitive: false },
      }),
    );

    expect(request).toEqual({
      UserPoolId: POOL_ID,
      PoolName: 'agents',
      MfaConfiguration: 'OPTIONAL',
      UserPoolTier: 'LITE',
      LambdaConfig: { PreSignUp: THEIRS },
      NewSetting: { Depth: [1, { Of: 'it' }] },
    });
    expect(unknown).toEqual(['NewSetting']);
    expect(refusals).toEqual([]);
  });

  it('sends the replaced name of the validity of temporary passwords, and keeps the new one where both are there', () => {
    const old = planUpdate(
      describedPool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3 } }),
    );
    const both = planUpdate(
      describedPool({
        AdminCreateUserConfig: { UnusedAccountValidityDays: 7 },
        Policies: { PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 5 }, Newer: 1 },
      }),
    );

    expect(old.request).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
    });
    expect(old.request.AdminCreateUserConfig).not.toHaveProperty('UnusedAccountValidityDays');
    expect(both.request).toMatchObject({
      AdminCreateUserConfig: {},
      Policies: { PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 5 }, Newer: 1 },
    });
  });

  it.each([
    ['UserPoolTier', describedPool({ UserPoolTier: '' })],
    ['Name', describedPool({ Name: '' })],
    [
      'LambdaConfig',
      describedPool({ LambdaConfig: { PreTokenGeneration: OURS, PreTokenGenerationConfig: { LambdaArn: THEIRS } } }),
    ],
  ])('refuses a pool that it would change, naming %s', (member, pool) => {
    const { refusals } = planUpdate(pool);

    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(new RegExp(`^${member}: `));
  });

  it('sends back messages for codes and for links as they are, and leaves it to AWS to refuse them', () => {
    const VerificationMessageTemplate = { EmailMessage: '{####}', EmailMessageByLink: '{##here##}' };

    const { request, refusals } = planUpdate(describedPool({ VerificationMessageTemplate }));

    expect(refusals).toEqual([]);
    expect(request).toMatchObject({ VerificationMessageTemplate });
  });

  it('takes a template with one body, and two names of one token function', () => {
    const { refusals } = planUpdate(
      describedPool({
        VerificationMessageTemplate: { EmailMessageByLink: '{##here##}', EmailSubject: 'Code' },
        LambdaConfig: {
          PreTokenGeneration: OURS,
          PreTokenGenerationConfig: { LambdaArn: OURS, LambdaVersion: 'V2_0' },
        },
      }),
    );

    expect(refusals).toEqual([]);
  });
});
