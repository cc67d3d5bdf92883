import { describe, expect, it } from 'vitest';
import { translateError } from '../../lambda/adapters/aws-errors.ts';
import { describeError, PermanentError, TransientError } from '../../lambda/core/failures/errors.ts';
import { digestOf } from '../../lambda/core/rows/digest.ts';
import { createHandler } from '../../lambda/pool-trigger/handler.ts';
import { createClock, createLogger, createQueue, createRecorder } from '../support/ports.ts';
import { AGENT_MARY, MARY, maryWith, message, NOW, startWorker } from '../unit/sync-worker/fixture.ts';

/** A reader of logs, rows and queues wants the names and addresses of the people who work here. `deliver` looks at all of them. */
describe('a reader of logs, rows and queues', () => {
  it.each<[string, Parameters<typeof startWorker>[0]]>([
    ['a change', {}],
    ['a hold', { row: null }],
    ['a protected profile', { agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-admin'] }] }],
    ['a value that is refused', { users: [maryWith({ email: 'mary.jones at example' })] }],
    [
      'a name that cannot be split',
      { users: [maryWith({ given_name: undefined, family_name: undefined, name: 'Mary' })] },
    ],
    ['no agent of that name', { row: null, agents: [] }],
    ['two of that name', { row: null, agents: [AGENT_MARY, { ...AGENT_MARY, id: 'agent-other' }] }],
  ])('finds no person after %s', async (_, given) => {
    const { deliver, logger } = startWorker(given);

    await deliver(message('m1'));

    expect(logger.lines).not.toEqual([]);
  });

  it.each([
    ['throttles', new TransientError('ThrottlingException', 'connect:UpdateUserIdentityInfo failed.', { status: 429 })],
    [
      'refuses',
      new PermanentError('InvalidParameterException', 'connect:UpdateUserIdentityInfo failed.', { status: 400 }),
    ],
    [
      'is broken',
      new TypeError('Mary Jones <mary.jones@example.com> is not a function\n    at mary.jones (file:///mary.ts:1:1)'),
    ],
  ])('finds no person when Connect %s', async (_, error) => {
    const { deliver, recorder, logger } = startWorker();
    recorder.fail('directory.updateIdentity', error, 9);

    await deliver(message('m1'));

    expect(logger.lines).not.toEqual([]);
  });

  it('finds no message of AWS in a translated error, which repeats a value', () => {
    const answer = Object.assign(new Error('The user mary.jones@example.com does not exist'), {
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });

    expect(JSON.stringify(describeError(translateError('cognito-idp:AdminGetUser', answer)))).not.toMatch(/mary/i);
  });

  it('finds no line of a message that looks like a place in the code', () => {
    const error = new RangeError('no such user\n    at Mary.Jones (mary.jones@example.com:1:1)');

    expect(JSON.stringify(describeError(error))).not.toMatch(/mary/i);
  });

  it('finds nothing of client metadata or attributes in what the trigger sends and logs', async () => {
    const recorder = createRecorder();
    const [queue, logger] = [createQueue(recorder), createLogger()];
    const handler = createHandler({ queue, logger, clock: createClock(NOW), postAuthentication: false });
    const event = {
      ...{ version: '1', region: 'eu-central-1', userPoolId: 'eu-central-1_EXAMPLE00', userName: 'mary.user' },
      triggerSource: 'CustomMessage_UpdateUserAttribute',
      callerContext: { awsSdkVersion: '1', clientId: 'client' },
      request: {
        userAttributes: MARY.attributes,
        clientMetadata: { note: 'Mary is leaving' },
        codeParameter: '{####}',
      },
      response: {},
    };

    await handler(event, { awsRequestId: 'request-1' });

    expect(queue.sent).toHaveLength(1);
    expect(JSON.stringify([queue.sent, logger.lines])).not.toMatch(/mary|jones|example\.com/i);
  });

  it('cannot tell from a row that two people hold the same value', () => {
    const [one, other] = [digestOf('mary@example.com', 'salt-1'), digestOf('mary@example.com', 'salt-2')];

    expect(one.hash).not.toBe(other.hash);
  });
});
