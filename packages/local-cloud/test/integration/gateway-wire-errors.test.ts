import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeCloud } from '../../cloud.ts';
import { createCallers } from '../../gateway/callers.ts';
import { signedRequest } from '../support/signed-request.ts';
import { type Answer, type Call, get, readS3, SPOKEN } from './spoken-protocols.ts';

const BUCKET = 'cdk-hnb659fds-assets-000000000000-eu-west-1';
const ROLE = { RoleName: 'fn', AssumeRolePolicyDocument: '{"Statement":[]}' };
const ANY = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const MINUTE_MS = 60_000;

let gateway: ReturnType<typeof composeCloud>['gateway'];
let target: Parameters<typeof signedRequest>[0];
/** The keys of a function. */
let role: ReturnType<typeof gateway.callers.registerRole>;
beforeAll(async () => {
  gateway = composeCloud().gateway;
  const endpoint = await gateway.listen();
  target = { endpoint, region: 'eu-west-1', ...gateway.callers.accountKey };
  await gateway.cloud.call('iam', 'CreateRole', ROLE, { kind: 'account' });
  const policy = { RoleName: 'fn', PolicyName: 'any', PolicyDocument: JSON.stringify(ANY) };
  await gateway.cloud.call('iam', 'PutRolePolicy', policy, { kind: 'account' });
  role = gateway.callers.registerRole('arn:aws:iam::000000000000:role/fn', 'fn');
});
afterAll(() => gateway?.close());

const asFunction = (service: string, call: Call, secretAccessKey: string) => {
  const headers = { ...call.headers, 'x-amz-security-token': role.sessionToken };
  return signedRequest({ ...target, ...role, secretAccessKey }, service, { ...call, headers });
};
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);
const TIME = '\\d{8}T\\d{6}Z';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
describe.each(SPOKEN)('$name', ({ service, call, unknown, codes, read }) => {
  const expectRefusal = (answer: Answer, [status, code]: readonly [number, string], message: RegExp) => {
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect({ status: answer.status, ...read(answer) }).toEqual({
      status,
      code,
      message: expect.stringMatching(message),
    });
  };

  it('refuses a request of 20 minutes ago', async () => {
    const answer = await signedRequest(target, service, { ...call, signedAt: minutesFromNow(-20) });

    const words = `^Signature expired: ${TIME} is now earlier than ${TIME} \\(${TIME} - 5 min\\.\\)$`;
    expectRefusal(answer, codes.signature, new RegExp(words));
  });

  it('refuses a request from 20 minutes ahead', async () => {
    const answer = await signedRequest(target, service, { ...call, signedAt: minutesFromNow(20) });

    const words = `^Signature not yet current: ${TIME} is still later than ${TIME} \\(${TIME} \\+ 5 min\\.\\)$`;
    expectRefusal(answer, codes.signature, new RegExp(words));
  });

  it('refuses a request for another Region', async () => {
    const answer = await signedRequest({ ...target, region: 'us-east-1' }, service, call);

    expectRefusal(answer, codes.signature, /^Credential should be scoped to a valid region, not 'us-east-1'\./);
  });

  it.each([
    ['that was made up', () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })],
    ['of another run', () => createCallers().accountKey],
    ['of a function, without its token', () => role],
  ])('refuses a key %s', async (_what, key) => {
    const answer = await signedRequest({ ...target, ...key() }, service, call);

    expectRefusal(answer, codes.client, /^The security token included in the request is invalid\.$/);
  });

  it.each([
    ['another one', () => role, 'another'],
    ['one with the key of the account', () => target, 'any'],
  ])('refuses a session token that is %s', async (_what, key, token) => {
    const headers = { ...call.headers, 'x-amz-security-token': token };
    const answer = await signedRequest({ ...target, ...key() }, service, { ...call, headers });

    expectRefusal(answer, codes.client, /^The security token included in the request is invalid\.$/);
  });

  it('refuses a session that is over, and takes one that is not', async () => {
    const ask = (expiresAt: number) => {
      const { sessionToken, ...key } = gateway.callers.lendAccount(expiresAt);
      const headers = { ...call.headers, 'x-amz-security-token': sessionToken };
      return signedRequest({ ...target, ...key }, service, { ...call, headers });
    };

    expectRefusal(await ask(Date.now()), codes.expired, /^The security token included in the request is expired$/);
    expect((await ask(Date.now() + MINUTE_MS)).body).not.toMatch(/token|[Ss]ignature/);
  });

  it.each([
    ['the account', () => signedRequest({ ...target, secretAccessKey: 'guessed' }, service, call)],
    ['a function', () => asFunction(service, call, 'guessed')],
  ])('refuses a request in the name of %s that another secret has signed', async (_who, send) => {
    expectRefusal(await send(), codes.signature, /^The request signature we calculated does not match the signature/);
  });

  it('knows the secret that it has given out', async () => {
    const { body } = await asFunction(service, call, role.secretAccessKey);

    expect(body).not.toMatch(/[Ss]ignature/);
  });

  it('refuses an operation that it does not have, or does not serve', async () => {
    const answer = await signedRequest(target, service, unknown);

    expectRefusal(answer, codes.unknown, /[Ff]robnicate/);
  });
});

describe('a request without a signature', () => {
  // Nothing says whom it is for: it is answered in the protocol that it looks like.
  it.each(SPOKEN.filter(({ name }) => name !== 'REST JSON, Lambda').map((spoken) => [spoken.name, spoken] as const))(
    'is refused in %s',
    async (_name, { call: { method, path, ...call }, codes }) => {
      const { headers, body } = { headers: {}, body: undefined, ...call };
      const answer = await fetch(target.endpoint + path, { method, headers, ...(body !== undefined && { body }) });

      const [status, code] = codes.unsigned;
      expect(answer.status).toBe(status);
      const text = `${await answer.text()} ${answer.headers.get('x-amzn-errortype')}`;
      expect(text).toContain('Request is missing Authentication Token');
      expect(text).toContain(code);
    },
  );
});

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
describe('S3', () => {
  const call = get(`/${BUCKET}`, { location: '' });

  it.each<readonly [string, () => Promise<Answer>, number, string, RegExp]>([
    [
      'of 20 minutes ago',
      () => signedRequest(target, 's3', { ...call, signedAt: minutesFromNow(-20) }),
      403,
      'RequestTimeTooSkewed',
      /too large/,
    ],
    [
      'for another Region',
      () => signedRequest({ ...target, region: 'us-east-1' }, 's3', call),
      400,
      'AuthorizationHeaderMalformed',
      /the region 'us-east-1' is wrong; expecting 'eu-west-1'$/,
    ],
    [
      'that another secret has signed',
      () => asFunction('s3', call, 'guessed'),
      403,
      'SignatureDoesNotMatch',
      /does not match the signature you provided\. Check your key and signing method\.$/,
    ],
    [
      'with a key that was made up',
      () => signedRequest({ ...target, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, 's3', call),
      403,
      'InvalidAccessKeyId',
      /^The AWS Access Key Id you provided does not exist in our records\.$/,
    ],
    [
      'with the key of a session without its token',
      () => signedRequest({ ...target, ...role }, 's3', call),
      403,
      'InvalidAccessKeyId',
      /does not exist/,
    ],
    [
      'with another token',
      () => signedRequest({ ...target, ...role }, 's3', { ...call, headers: { 'x-amz-security-token': 'another' } }),
      400,
      'InvalidToken',
      /^The provided token is malformed or otherwise invalid\.$/,
    ],
    [
      'with the token of a session that is over',
      () => {
        const { sessionToken, ...key } = gateway.callers.lendAccount(0);
        const headers = { 'x-amz-security-token': sessionToken };
        return signedRequest({ ...target, ...key }, 's3', { ...call, headers });
      },
      400,
      'ExpiredToken',
      /^The provided token has expired\.$/,
    ],
    [
      'that is not served',
      () => signedRequest(target, 's3', get(`/${BUCKET}/key`, { tagging: '' })),
      501,
      'NotImplemented',
      /tagging/,
    ],
  ])('refuses a request %s in words of its own', async (_what, send, status, code, message) => {
    const answer = await send();

    expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect({ status: answer.status, ...readS3(answer) }).toEqual({
      status,
      code,
      message: expect.stringMatching(message),
    });
  });
});
