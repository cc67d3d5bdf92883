import { describe, expect, it } from 'vitest';
import { ARN, load, problemsOf, USABLE } from './config-fixture.ts';

describe('rejects', () => {
  it.each<[string, object, string, RegExp]>([
    ['a pool name', { userPoolId: 'my-pool' }, 'userPoolId', /^received "my-pool"; expected a user pool id such as/],
    [
      'an instance alias in place of its id',
      { connectInstanceArn: 'arn:aws:connect:eu-west-1:111122223333:instance/my-alias' },
      'connectInstanceArn',
      /with the id of the instance, not its alias: aws connect list-instances/,
    ],
    [
      'a stack name of 200 characters',
      { stackName: 'x'.repeat(200) },
      'stackName',
      /^received "x.*; expected a name of letters, digits and hyphens that begins with a letter, at most 128 characters$/,
    ],
    [
      'a stack name with a space',
      { stackName: 'my stack' },
      'stackName',
      /^received "my stack"; expected a name of letters/,
    ],
    ['a pool id as a number', { userPoolId: 5 }, 'userPoolId', /^received 5; expected string$/],
    [
      'what is no ARN',
      { connectInstanceArn: 'x' },
      'connectInstanceArn',
      /^received "x"; expected the ARN of an Amazon Connect/,
    ],
    [
      'the ARN of a queue',
      { connectInstanceArn: `${ARN}/queue/1` },
      'connectInstanceArn',
      /expected the ARN of an Amazon Connect/,
    ],
    [
      'a mapping of Email for a SAML instance',
      { identityManagementType: 'SAML', mapping: { Email: { from: ['email'] } } },
      'mapping.Email',
      /^is set beside identityManagementType "SAML"/,
    ],
    [
      'a rate limit of next to nothing',
      { connectRequestsPerSecond: 0.005 },
      'connectRequestsPerSecond',
      /^received 0\.005; expected a number from 0\.01 to 100/,
    ],
    [
      'a rate limit of 101',
      { connectRequestsPerSecond: 101 },
      'connectRequestsPerSecond',
      /^received 101; expected a number from 0\.01 to 100/,
    ],
    [
      'a rate limit in words',
      { connectRequestsPerSecond: 'fast' },
      'connectRequestsPerSecond',
      /^received "fast"; expected a number from 0\.01/,
    ],
    [
      'days that CloudWatch does not have',
      { logRetentionDays: 10 },
      'logRetentionDays',
      /^received 10; expected one of 1\|3\|5\|7\|14\|30\|/,
    ],
    ['logs for ever', { logRetentionDays: 9999 }, 'logRetentionDays', /^received 9999; expected one of/],
    ['yes for true', { postAuthentication: 'yes' }, 'postAuthentication', /^received "yes"; expected boolean$/],
    [
      'an unknown level',
      { logLevel: 'chatty' },
      'logLevel',
      /^received "chatty"; expected one of "DEBUG"\|"INFO"\|"WARN"$/,
    ],
    [
      'a level without the lines that an alarm reads',
      { logLevel: 'ERROR' },
      'logLevel',
      /^received "ERROR"; expected one of "DEBUG"\|"INFO"\|"WARN"$/,
    ],
    [
      'a directory instance',
      { identityManagementType: 'EXISTING_DIRECTORY' },
      'identityManagementType',
      /Connect refuses to change them/,
    ],
    [
      'an unknown identity management',
      { identityManagementType: 'LDAP' },
      'identityManagementType',
      /expected one of "CONNECT_MANAGED"\|"SAML"/,
    ],
    [
      'a mapping from nothing',
      { mapping: { Email: { from: [] } } },
      'mapping.Email.from',
      /^received \[\]; expected array to have >=1/,
    ],
    [
      'a name that is cleared',
      { mapping: { LastName: { from: ['a'], blank: 'clear' } } },
      'mapping.LastName.blank',
      /use "keep" or "reject"/,
    ],
    [
      'an adoption rule by e-mail',
      { adoption: { rules: [{ kind: 'email' }] } },
      'adoption.rules.0.kind',
      /^received "email"; expected 'username'/,
    ],
    ['no adoption rule', { adoption: { rules: [] } }, 'adoption.rules', /expected array to have >=1/],
    [
      'an address as a domain',
      { email: { allowedDomains: ['@example.com'] } },
      'email.allowedDomains.0',
      /expected a domain name/,
    ],
    ['a budget of no users', { email: { maxUsersPerHour: 0 } }, 'email.maxUsersPerHour', /^received 0; expected/],
    [
      'the name of a function to chain',
      { chain: { customMessage: 'words' } },
      'chain.customMessage',
      /^received "words"; expected the ARN of a Lambda function/,
    ],
    [
      'a function to chain from the Region of the instance, when that of the pool is another',
      { chain: { customMessage: 'arn:aws:lambda:us-west-2:111122223333:function:words' } },
      'chain.customMessage',
      /account 111122223333 in us-west-2; expected one of account 111122223333 in eu-west-1, where the stack is$/,
    ],
    [
      'a function to chain from another account',
      { chain: { postConfirmation: 'arn:aws:lambda:eu-west-1:444455556666:function:words' } },
      'chain.postConfirmation',
      /account 444455556666 in eu-west-1; expected one of account 111122223333/,
    ],
    [
      'a trigger that cannot be chained',
      { chain: { preSignUp: 'x' } },
      'chain.preSignUp',
      /is no setting; expected one of customMessage/,
    ],
    ['a misspelt setting', { logLevl: 'INFO' }, 'logLevl', /^is no setting; did you mean logLevel\?$/],
    [
      'a domain with letters outside of ASCII, and says how it is written',
      { email: { allowedDomains: ['example.com', 'Müller.de'] } },
      'email.allowedDomains.1',
      /^received "Müller\.de"; expected a domain name such as "example\.com": write "xn--mller-kva\.de"$/,
    ],
    [
      'a domain with blanks around it',
      { email: { allowedDomains: [' example.com'] } },
      'email.allowedDomains.0',
      /expected a domain name such as "example\.com": write "example\.com"$/,
    ],
    [
      'a text that no spelling makes a domain',
      { email: { allowedDomains: ['example com'] } },
      'email.allowedDomains.0',
      /expected a domain name such as "example\.com"$/,
    ],
    [
      'a misspelt setting further in',
      { email: { requireVerifed: true } },
      'email.requireVerifed',
      /did you mean requireVerified\?/,
    ],
    ['a misspelt field', { mapping: { Firstname: null } }, 'mapping.Firstname', /did you mean FirstName\?/],
    [
      'a misspelt part of a field',
      { mapping: { Mobile: { from: ['a'], blnk: 'keep' } } },
      'mapping.Mobile.blnk',
      /did you mean blank\?/,
    ],
    [
      'a setting from nowhere',
      { adoption: { colour: 1 } },
      'adoption.colour',
      /^is no setting; expected one of rules, trustFirstEmail$/,
    ],
  ])('%s', (_, change, path, message) => {
    const problems = problemsOf({ ...USABLE, ...change });

    expect(problems).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('a configuration without a pool, and shows both ways to name one', () => {
    const problems = problemsOf({ connectInstanceArn: ARN });

    expect(problems).toHaveLength(1);
    expect(problems[0]?.[0]).toBe('userPoolId');
    expect(problems[0]?.[1]).toContain(
      'npx cdk deploy -c userPoolId=eu-west-1_Ab12Cd34E -c connectInstanceArn=arn:aws:connect:',
    );
    expect(problems[0]?.[1]).toContain('npx cdk deploy -c createUserPool=true -c connectInstanceArn=arn:aws:connect:');
  });

  it('both a pool and a pool to create, even if one is in the file and one on the command line', () => {
    expect(problemsOf(USABLE, { createUserPool: 'true' })).toEqual([
      ['userPoolId', expect.stringMatching(/^received both this and createUserPool; use a pool that exists/)],
    ]);
  });

  it('an instance of another account, when the account is known', () => {
    expect(problemsOf(USABLE, {}, '444455556666')).toEqual([
      ['connectInstanceArn', expect.stringMatching(/account 111122223333; expected one of account 444455556666/)],
    ]);
  });

  it('a policy that is too long for the environment of a function, and names what makes it so', () => {
    const allowedDomains = Array.from({ length: 120 }, (_, index) => `department-${index}.example.com`);

    expect(problemsOf({ ...USABLE, email: { allowedDomains } })).toEqual([
      ['email.allowedDomains', expect.stringMatching(/take \d{4} bytes as JSON.*has room for 2900: shorten it$/)],
    ]);
  });

  it('near misses on the command line', () => {
    expect(problemsOf(USABLE, { userPoolID: 'eu-west-1_EXAMPLE2' })).toEqual([
      ['userPoolID', 'is no setting. Did you mean userPoolId?'],
    ]);
  });

  it.each(['email.maxUsersPerHour', 'mapping.Mobile', 'emial.allowedDomains', 'scope'])(
    '%s on the command line, which has no room for it',
    (key) => {
      expect(problemsOf(USABLE, { [key]: '10' })).toEqual([
        [key, 'cannot be set on the command line: put it into connect-sync.json'],
      ]);
    },
  );

  it.each([0, 0.05, 31, -1, 'fast'])('%j lists of Cognito users a second', (cognitoListsPerSecond) => {
    expect(problemsOf({ ...USABLE, cognitoListsPerSecond })).toEqual([
      ['cognitoListsPerSecond', expect.stringMatching(/expected a number from 0.1 to 30/)],
    ]);
  });

  it.each([0.1, 15, 30])('but not %j lists', (cognitoListsPerSecond) => {
    expect(load({ ...USABLE, cognitoListsPerSecond }).cognitoListsPerSecond).toBe(cognitoListsPerSecond);
  });

  it.each([5, 14, 10_081, 1.5, -1, 'hourly'])('%j minutes from one sweep to the next', (sweepIntervalMinutes) => {
    expect(problemsOf({ ...USABLE, sweepIntervalMinutes })).toEqual([
      ['sweepIntervalMinutes', expect.stringMatching(/expected a whole number of minutes from 15 to 10,080, or 0/)],
    ]);
  });

  it.each([0, 15, 20, 10_080])('but not %j minutes', (sweepIntervalMinutes) => {
    expect(load({ ...USABLE, sweepIntervalMinutes }).sweepIntervalMinutes).toBe(sweepIntervalMinutes);
  });

  it('an alarm topic in another Region', () => {
    const topicIn = (region: string) => ({ ...USABLE, alarmTopicArn: `arn:aws:sns:${region}:111122223333:on-call` });

    expect(problemsOf(topicIn('us-east-1'))).toEqual([
      ['alarmTopicArn', expect.stringMatching(/^received a topic in us-east-1; expected one in eu-west-1, where/)],
    ]);
    expect(load(topicIn('eu-west-1')).alarmTopicArn).toContain('eu-west-1');
  });

  it.each(['on-call', 'on-call@example', 'On Call <on-call@example.com>', 'one@example.com,two@example.com', ''])(
    'an alarm address like %j',
    (alarmEmail) => {
      expect(problemsOf({ ...USABLE, alarmEmail })).toEqual([
        ['alarmEmail', expect.stringMatching(/^received .*expected an e-mail address such as "on-call@example.com"$/)],
      ]);
    },
  );

  it('but not one address beside a topic', () => {
    const both = { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:on-call', alarmEmail: 'on-call@example.com' };

    expect(load({ ...USABLE, ...both })).toMatchObject(both);
  });

  it('everything that is wrong at once, each on a line of its own', () => {
    const file = { logLevel: 'chatty', logRetentionDays: 2, email: { requireVerified: 'no' }, colour: 'red' };

    let message = '';
    try {
      load(file, { connectInstanceArn: 'x' });
    } catch (error) {
      message = (error as Error).message;
    }

    expect(message).toMatch(/^The configuration has 6 problems:\n/);
    for (const path of [
      'logLevel',
      'logRetentionDays',
      'email.requireVerified',
      'colour',
      'connectInstanceArn',
      'userPoolId',
    ])
      expect(message).toContain(`\n- ${path}: `);
    expect(message).toMatch(/docs\/configuration\.md$/);
  });

  it.each([
    ['that is no JSON', '{ "userPoolId": ', /connect-sync\.json is not JSON: /],
    ['that holds a list', '[1]', /connect-sync\.json holds \[1\]; expected an object/],
    ['that holds nothing', 'null', /connect-sync\.json holds null; expected an object/],
  ])('a file %s', (_, file, message) => {
    expect(problemsOf(file)).toEqual([['config', expect.stringMatching(message)]]);
  });

  it('a file that is named but not there, and no name at all', () => {
    expect(problemsOf(USABLE, { config: 'gone.json' })).toEqual([
      ['config', expect.stringMatching(/gone\.json cannot be read/)],
    ]);
    expect(problemsOf(USABLE, { config: '' })).toEqual([['config', 'received ""; expected the path of a JSON file']]);
  });
});
