import { describe, expect, it, onTestFinished } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { createLocalCloud } from '../../cloud.ts';
import { eventually } from '../fixtures/functions/eventually.ts';
import { signedRequest } from '../support/signed-request.ts';

const MINUTE = 60_000;
const ROLE = 'arn:aws:iam::000000000000:role/schedule';
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:sweep';
const SCHEDULE = {
  FlexibleTimeWindow: { Mode: 'OFF' },
  ScheduleExpression: 'rate(15 minutes)',
  Target: {
    Arn: FUNCTION,
    RoleArn: ROLE,
    Input: '{"tick":true}',
    RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 0 },
  },
};
const statement = (rest: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...rest }] });
const TRUST = statement({ Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' });
const INVOKE = statement({ Action: 'lambda:InvokeFunction', Resource: FUNCTION });

/** A cloud at a standing clock with a function, a role that EventBridge Scheduler may take on, and signed HTTP. */
async function start({ policy = INVOKE } = {}) {
  const clock = createVirtualClock();
  const { endpoint, credentials, cloud, services, close } = await createLocalCloud({ clock });
  onTestFinished(close);
  const call = (service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, { kind: 'account' });
  await call('iam', 'CreateRole', { RoleName: 'schedule', AssumeRolePolicyDocument: TRUST });
  await call('iam', 'PutRolePolicy', { RoleName: 'schedule', PolicyName: 'invoke', PolicyDocument: policy });
  const stack = {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: JSON.parse(TRUST) } },
      Sweep: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...{ FunctionName: 'sweep', Runtime: 'nodejs24.x', Handler: 'index.handler' },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: 'exports.handler = async (event) => console.log(JSON.stringify(event));' },
        },
      },
    },
  };
  await call('cloudformation', 'CreateStack', {
    ...{ StackName: 'App', Capabilities: ['CAPABILITY_IAM'], TemplateBody: JSON.stringify(stack) },
  });
  await services.cloudformation.close();
  const target = { endpoint, region: 'eu-west-1', ...credentials };
  const send = async (method: string, path: string, body?: object, query: Record<string, string> = {}) => {
    const answer = await signedRequest(target, 'scheduler', {
      ...{ method, path, query },
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const error = answer.headers['x-amzn-errortype'];
    return {
      status: answer.status,
      ...(error === undefined ? {} : { error }),
      body: JSON.parse(answer.body || '{}') as unknown,
    };
  };
  const stats = async () =>
    (await (await fetch(`${endpoint}/_local/stats`)).json()) as Readonly<Record<string, object>>;
  return { clock, call, services, send, stats };
}

describe('EventBridge Scheduler', () => {
  it.each([
    ['a name that is taken', 'POST', 'tick', SCHEDULE, 409, 'ConflictException'],
    [
      'an expression that is none',
      'POST',
      'a',
      { ...SCHEDULE, ScheduleExpression: 'hourly' },
      400,
      'ValidationException',
    ],
    ['a missing member', 'POST', 'a', { ...SCHEDULE, Target: undefined }, 400, 'ValidationException'],
    ['an unknown schedule', 'PUT', 'a', SCHEDULE, 404, 'ResourceNotFoundException'],
    ['a member that AWS does not have', 'POST', 'a', { ...SCHEDULE, Colour: 'blue' }, 400, 'SerializationException'],
    ['a mistyped member', 'POST', 'a', { ...SCHEDULE, State: true }, 400, 'SerializationException'],
    ['what is not modelled', 'POST', 'a', { ...SCHEDULE, StartDate: 1_767_225_600 }, 501, 'UnsupportedOperation'],
  ])('answers %s with an error of its API', async (_, method, name, body, status, error) => {
    const { send } = await start();
    await send('POST', '/schedules/tick', { ...SCHEDULE, State: 'DISABLED' });

    expect(await send(method, `/schedules/${name}`, body)).toMatchObject({ status, error });
  });

  it('runs a function in the role of the schedule', async () => {
    const { clock, send, services, stats } = await start();

    await send('POST', '/schedules/tick', SCHEDULE);
    await clock.advance(15 * MINUTE);

    const inputs = () => services.lambda.logs('sweep').filter((line) => line.includes('{"tick":true}'));
    await eventually(() => expect(inputs()).toHaveLength(2));
    expect(services.lambda.stats()).toEqual({ sweep: { invocations: 2, errors: 0 } });
    expect(await stats()).toMatchObject({
      schedules: { tick: { invocations: 2, errors: 0 } },
      roles: { [ROLE]: { 'lambda.Invoke': 2 } },
    });
  });

  it('does not run a function that the role may not invoke, and says so', async () => {
    const { clock, send, services, stats } = await start({
      policy: statement({ Action: 'lambda:InvokeFunction', Resource: `${FUNCTION}-of-others` }),
    });

    await send('POST', '/schedules/tick', SCHEDULE);
    await clock.advance(MINUTE);

    await eventually(() => expect(services.scheduler.stats().tick?.errors).toBe(1));
    const { schedules, calls } = await stats();
    expect(schedules).toEqual({
      tick: {
        ...{ invocations: 1, errors: 1 },
        lastError: `User: arn:aws:sts::000000000000:assumed-role/schedule/tick is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION} because no identity-based policy allows the lambda:InvokeFunction action`,
      },
    });
    expect(calls).toMatchObject({ 'lambda.Invoke': { 403: 1 } });
    expect(services.lambda.stats()).toEqual({ sweep: { invocations: 0, errors: 0 } });
  });

  it('stays away from a role that trusts it no more', async () => {
    const { clock, call, send, services } = await start();
    await send('POST', '/schedules/tick', SCHEDULE);
    await clock.advance(MINUTE);
    await eventually(() => expect(services.lambda.stats().sweep?.invocations).toBe(1));

    const PolicyDocument = TRUST.replace('scheduler.', 'lambda.');
    await call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'schedule', PolicyDocument });
    await clock.advance(15 * MINUTE);

    await eventually(() => expect(services.scheduler.stats().tick).toMatchObject({ invocations: 2, errors: 1 }));
    expect(services.lambda.stats().sweep?.invocations).toBe(1);
    expect(await send('PUT', '/schedules/tick', SCHEDULE)).toMatchObject({ error: 'ValidationException' });
  });
});
