import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import type { LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { deploy, eventually } from '../support/deployed.ts';
import { attach, ownPool, POOL_TRIGGERS, updatePool } from '../support/user-pools.ts';

/** The function that had the triggers before us; the caller of Cognito tells it what to do. */
const WORDS = `exports.handler = async (event) => {
  const { behave } = event.request.clientMetadata ?? {};
  if (behave === 'fail') throw new RangeError('no words for you');
  if (behave === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (behave === 'null') return null;
  if (behave === 'text') return 'nonsense';
  if (behave === 'answer') event.response = { emailSubject: 'Hello', emailMessage: 'Your word: {####}' };
  if (behave === 'no code') event.response = { emailMessage: 'There is none' };
  return event;
};`;

let lambda: LambdaClient;
let wordsArn: string;
async function createWords({ endpoint, credentials, cloud: { region } }: LocalCloud): Promise<string> {
  lambda = new LambdaClient({ endpoint, region, credentials });
  const { FunctionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'words',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/words',
      Timeout: 60,
      Code: { ZipFile: zipSync({ 'index.js': strToU8(WORDS) }) },
    }),
  );
  return FunctionArn;
}

let stage: Stage;
beforeAll(async () => {
  const deployed = await deploy(numberedPeople(16), {
    prepare: async (local) => {
      wordsArn = await createWords(local);
      const pool = await ownPool({
        EmailConfiguration: {
          EmailSendingAccount: 'DEVELOPER',
          SourceArn: 'arn:aws:ses:eu-west-1:000000000000:identity/example.com',
        },
      })(local);
      const chain = { customMessage: wordsArn, postConfirmation: wordsArn };
      return { ...pool, configuration: { ...pool.configuration, chain, postAuthentication: true } };
    },
  });
  // For the comparison with a pool that has the function as its trigger, without us.
  const FunctionName = 'words';
  const Principal = 'cognito-idp.amazonaws.com';
  const Action = 'lambda:InvokeFunction';
  await lambda.send(new AddPermissionCommand({ FunctionName, StatementId: 'pool', Principal, Action }));
  await attach(deployed, POOL_TRIGGERS);
  stage = onStage(deployed);
});
afterAll(async () => {
  lambda?.destroy();
  await stage?.close();
});

const user = (Username: string) => ({ UserPoolId: stage.description.userPoolId, Username });
/** Gives a user an address that has to be verified, so that a message is composed. Resolves to the answer of the caller. */
const changeAddress = (username: string, behave: string, address = `${behave.replace(' ', '-')}@example.com`) =>
  stage.clients.cognito
    .send(
      new AdminUpdateUserAttributesCommand({
        ...user(username),
        UserAttributes: [{ Name: 'email', Value: address }],
        ClientMetadata: { behave },
      }),
    )
    .then(
      () => 'success',
      (error: Error) => `${error.name}: ${error.message}`,
    );
const addressOf = async (username: string) => {
  const { UserAttributes } = await stage.clients.cognito.send(new AdminGetUserCommand(user(username)));
  return UserAttributes?.find(({ Name }) => Name === 'email')?.Value;
};
const lastMessage = (username: string) => {
  const message = stage.local.services.cognito.outbox().findLast((one) => one.username === username);
  return message && { subject: message.subject, body: message.body.replace(message.code, 'CODE') };
};
const wordsCalls = () => stage.local.services.lambda.stats().words?.invocations ?? 0;
const linesOf = (sub: string) => stage.logLines('poolTrigger').filter((line) => line.sub === sub);
const reconciledAt = (sub: string, cause: string) =>
  eventually(`a look because of ${cause}`, () =>
    stage.logLines('syncWorker').some((line) => line.sub === sub && (line.causes as string[]).includes(cause)),
  );

describe('a chained function', () => {
  it('composes the message, and the change is noted', async () => {
    const { username, sub } = stage.nextPerson();
    const before = wordsCalls();

    expect(await changeAddress(username, 'answer')).toBe('success');

    expect(lastMessage(username)).toEqual({ subject: 'Hello', body: 'Your word: CODE' });
    expect(wordsCalls() - before).toBe(1);
    await reconciledAt(sub, 'trigger');
  });

  it('may leave the message as it is', async () => {
    const { username } = stage.nextPerson();

    expect(await changeAddress(username, 'nothing')).toBe('success');

    expect(lastMessage(username)).toEqual({
      subject: 'Your verification code',
      body: 'Your verification code is CODE.',
    });
  });

  it.each([
    ['fail', 'UserLambdaValidationException: CustomMessage failed with error no words for you.'],
    ['null', 'InvalidLambdaResponseException: Unrecognizable lambda output'],
    ['text', 'InvalidLambdaResponseException: Unrecognizable lambda output'],
    ['no code', 'InvalidLambdaResponseException: CustomMessage returned an unusable emailMessage.'],
  ])('that answers "%s" fails the caller just as it did without us, and the change is noted', async (behave, heard) => {
    const [without, { username, sub }] = [stage.nextPerson(), stage.nextPerson()];
    await updatePool(stage, { LambdaConfig: { CustomMessage: wordsArn } });
    const heardWithoutUs = await changeAddress(without.username, behave);
    await attach(stage, POOL_TRIGGERS);

    const heardWithUs = await changeAddress(username, behave);

    expect([heardWithoutUs, heardWithUs]).toEqual([heard, heard]);
    expect(await addressOf(username)).toBe(`${username}@example.com`);
    expect(linesOf(sub)).toEqual([expect.objectContaining({ message: 'change noted', cause: 'trigger' })]);
    await reconciledAt(sub, 'trigger');
  });

  it('that hangs fails the caller after Cognito’s own time limit, and the change is noted', async () => {
    const { username, sub } = stage.nextPerson();

    const heard = await changeAddress(username, 'hang');

    expect(heard).toMatch(/^(UserLambdaValidation|UnexpectedLambda)Exception: CustomMessage /);
    expect(linesOf(sub)).toEqual([expect.objectContaining({ message: 'change noted' })]);
    await reconciledAt(sub, 'trigger');
  });

  it('composes the message also while the queue is down, and the caller gets no error', async () => {
    const { username } = stage.nextPerson();
    const fault = { service: 'sqs', operation: 'SendMessage', status: 503 };
    const { endpoint } = stage.description;
    onTestFinished(async () => {
      await fetch(`${endpoint}/_local/faults`, { method: 'DELETE' });
    });
    stage.local.services.cloudtrail.admin.settings({ lose: 1 });
    await putLocal(endpoint, 'faults', [fault]);

    expect(await changeAddress(username, 'answer', 'down@example.com')).toBe('success');

    expect(lastMessage(username)).toEqual({ subject: 'Hello', body: 'Your word: CODE' });
    expect(stage.logLines('poolTrigger').at(-1)).toMatchObject({ level: 'ERROR', message: 'change not noted' });
    stage.local.services.cloudtrail.admin.settings({ lose: 0 });
  });

  it('is called for each trigger that it had, and its error reaches the caller', async () => {
    const confirm = (Username: string, behave: string) =>
      stage.clients.cognito.send(new AdminConfirmSignUpCommand({ ...user(Username), ClientMetadata: { behave } }));
    const [welcome, refused] = [await stage.signUp('welcome'), await stage.signUp('refused')];
    const before = wordsCalls();

    await confirm('welcome', 'nothing');
    await expect(confirm('refused', 'fail')).rejects.toThrow('PostConfirmation failed with error no words for you.');

    expect(wordsCalls() - before).toBe(2);
    await reconciledAt(welcome, 'post-confirmation');
    await reconciledAt(refused, 'post-confirmation');
  });

  it('is not called for a trigger that it did not have', async () => {
    const { username, sub } = stage.nextPerson();
    const before = wordsCalls();

    const { AccessToken } = await stage.tokenOf(username);

    expect(AccessToken).toBeDefined();
    expect(wordsCalls()).toBe(before);
    await reconciledAt(sub, 'post-authentication');
  });

  it('that was deleted fails the caller and is not skipped', async () => {
    const { username, sub } = stage.nextPerson();
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'words' }));

    const heard = await changeAddress(username, 'nothing', 'gone@example.com');

    expect(heard).toMatch(/^UserLambdaValidationException: CustomMessage failed with error /);
    expect(await addressOf(username)).toBe(`${username}@example.com`);
    expect(linesOf(sub)).toEqual([expect.objectContaining({ message: 'change noted' })]);
  });
});
