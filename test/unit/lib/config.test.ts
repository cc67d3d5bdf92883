import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../lib/configuration/config.ts';
import { didYouMean } from '../../../lib/configuration/configuration-problems.ts';
import { ARN, folderWith, load, problemsOf, USABLE } from './config-fixture.ts';

describe('a configuration', () => {
  it('is complete with a pool and an instance from the command line', () => {
    expect(load(undefined, USABLE)).toMatchObject({
      userPoolId: 'eu-west-1_EXAMPLE1',
      createUserPool: false,
      connectInstanceArn: ARN,
      connectRequestsPerSecond: 1.95,
      logRetentionDays: 30,
      postAuthentication: false,
      logLevel: 'INFO',
      mapping: {
        FirstName: { from: ['given_name', 'name.first'], blank: 'keep' },
        LastName: { from: ['family_name', 'name.last'], blank: 'keep' },
        Email: { from: ['email'], blank: 'keep' },
        SecondaryEmail: null,
        Mobile: null,
      },
      adoption: { rules: [{ kind: 'username' }], trustFirstEmail: false },
      email: {
        requireVerified: true,
        trustedProviders: [],
        allowedDomains: [],
        protectedSecurityProfiles: ['Admin'],
        maxUsersPerHour: 50,
      },
    });
  });

  it('takes the file, and the command line over it', () => {
    const context = {
      logLevel: 'WARN',
      connectRequestsPerSecond: '1.5',
      postAuthentication: 'true',
      logRetentionDays: '7',
    };

    const configuration = load({ $schema: './connect-sync.schema.json', ...USABLE, logLevel: 'DEBUG' }, context);

    expect(configuration).toMatchObject({
      logLevel: 'WARN',
      connectRequestsPerSecond: 1.5,
      postAuthentication: true,
      logRetentionDays: 7,
    });
  });

  it('takes the file that is named, relative to the project', () => {
    const directory = folderWith({ ...USABLE, logLevel: 'WARN' }, 'other.json');

    expect(loadConfiguration({ directory, context: { config: 'other.json' } }).logLevel).toBe('WARN');
  });

  it('may ask for a pool to be created', () => {
    expect(load(undefined, { createUserPool: 'true', connectInstanceArn: ARN }).userPoolId).toBeUndefined();
  });

  it('ignores context that is not ours', () => {
    const context = { '@aws-cdk/core:checkSecretUsage': true, stage: 'dev', node: '24', code: 'x', home: '/', more: 1 };

    expect(problemsOf(USABLE, { ...context, model: 'x', stageName: 'dev', 'main.color': 'red' })).toEqual([]);
  });

  it('accepts an instance in another Region, and in the account that is deployed to', () => {
    const connectInstanceArn = ARN.replace('eu-west-1', 'eu-central-1');

    expect(problemsOf({ ...USABLE, connectInstanceArn }, {}, '111122223333')).toEqual([]);
  });
});

describe('a guess at what was meant', () => {
  it.each([
    ['userpoolid', 'userPoolId'],
    ['loglevel', 'logLevel'],
    ['userPool', 'userPoolId'],
    ['lgoLevl', 'logLevel'],
    ['logLevvel', 'logLevel'],
    ['logLebel', 'logLevel'],
    ['logLabel', undefined],
    ['Mode', 'mode'],
    ['mod', 'mode'],
    ['moed', 'mode'],
    ['omde', 'mode'],
    ['mo', undefined],
    ['node', undefined],
    ['code', undefined],
    ['home', undefined],
    ['more', undefined],
    ['model', undefined],
    ['region', undefined],
    ['', undefined],
  ])('for %j is %j', (key, guess) => {
    expect(didYouMean(key, ['userPoolId', 'logLevel', 'mode'])).toBe(guess);
  });
});
