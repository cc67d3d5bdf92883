import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { signHeaders } from '../../packages/local-cloud/test/support/local-requests.ts';

/**
 * A page in the developer's browser wants to run code on the developer's machine: it makes a function in the local cloud
 * and invokes it. `test/browser` tries the same from a real browser.
 */
const FUNCTION = JSON.stringify({
  FunctionName: 'f',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/any',
  Code: { ZipFile: '' },
});
const FUNCTIONS = '/2015-03-31/functions';
/** What a browser says of a request of such a page. */
const FROM_PAGE = { origin: 'https://page.example', 'sec-fetch-site': 'cross-site' };
/** What a page may send without asking. */
const SIMPLE = { 'content-type': 'text/plain' };

async function start() {
  const local = await createLocalCloud();
  onTestFinished(() => local.close());
  const target = { endpoint: local.endpoint, region: 'eu-west-1', credentials: local.credentials };
  return { local, target };
}

const post = ({ endpoint }: LocalCloud, path: string, headers: Readonly<Record<string, string>>, body: string) =>
  fetch(endpoint + path, { method: 'POST', headers, body });

const functionsOf = ({ cloud }: LocalCloud) => cloud.call('lambda', 'ListFunctions', {}, { kind: 'account' });

describe('a web page that wants to run code on this machine', () => {
  it('makes and invokes no function by two simple requests with a made-up key in the query', async () => {
    const { local } = await start();
    const date = new Date().toISOString().replace(/\.\d{3}|[-:]/g, '');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `AKIDMADEUP/${date.slice(0, 8)}/eu-west-1/lambda/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '00',
    });

    // As from a browser that does not say where a request comes from.
    const made = await post(local, `${FUNCTIONS}?${query}`, SIMPLE, FUNCTION);
    const invoked = await post(local, `${FUNCTIONS}/f/invocations?${query}`, SIMPLE, '{}');

    for (const { status, headers } of [made, invoked]) {
      expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'UnrecognizedClientException']);
    }
    expect(await functionsOf(local)).toEqual({ Functions: [] });
  });

  it('gains nothing from the key of an earlier run', async () => {
    const { local, target } = await start();
    const { local: earlier } = await start();
    const signed = await signHeaders({ ...target, credentials: earlier.credentials }, 'lambda', FUNCTIONS, {
      body: FUNCTION,
    });

    expect((await post(local, FUNCTIONS, signed, FUNCTION)).status).toBe(403);
    expect(await functionsOf(local)).toEqual({ Functions: [] });
  });

  it('gains nothing from the id of the key alone, which is no secret', async () => {
    const { local, target } = await start();
    const { credentials } = target;
    const guessed = { ...target, credentials: { ...credentials, secretAccessKey: 'guessed' } };
    const signed = await signHeaders(guessed, 'lambda', FUNCTIONS, { body: FUNCTION });

    expect((await post(local, FUNCTIONS, signed, FUNCTION)).status).toBe(403);
    expect(await functionsOf(local)).toEqual({ Functions: [] });
  });

  it('gains nothing from a request that the developer has signed', async () => {
    const { local, target } = await start();
    const signed = await signHeaders(target, 'lambda', FUNCTIONS, { body: FUNCTION });

    const answer = await post(local, FUNCTIONS, { ...signed, ...FROM_PAGE }, FUNCTION);

    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'ForeignRequest']);
    expect(await functionsOf(local)).toEqual({ Functions: [] });
  });

  it('gains nothing from a host name of its own that resolves to this machine, with any signature', async () => {
    const { local, target } = await start();
    const { port } = new URL(local.endpoint);
    const host = `rebound.example:${port}`;
    const signed = await signHeaders({ ...target, endpoint: `http://${host}` }, 'lambda', FUNCTIONS, {
      body: FUNCTION,
    });

    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(
        { port, host: '127.0.0.1', method: 'POST', path: FUNCTIONS, headers: { ...signed, host } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.on('error', reject);
      call.end(FUNCTION);
    });

    expect(status).toBe(403);
    expect(await functionsOf(local)).toEqual({ Functions: [] });
  });

  it('changes no setting beside the API by a simple request', async () => {
    const { local } = await start();
    const faults = JSON.stringify([{ service: 'connect', operation: '*', status: 500 }]);

    const statuses = [
      (await post(local, '/_local/faults', SIMPLE, faults)).status,
      (await post(local, '/_local/faults', { ...SIMPLE, ...FROM_PAGE }, faults)).status,
      (await post(local, '/_local/faults', { ...SIMPLE, 'x-http-method-override': 'PUT' }, faults)).status,
      (await fetch(`${local.endpoint}/_local/faults`, { method: 'PUT', headers: SIMPLE, body: faults })).status,
    ];

    expect(statuses).toEqual([405, 403, 400, 415]);
    expect(await (await fetch(`${local.endpoint}/_local/faults`)).json()).toEqual([]);
  });

  it('signs up no user, though that needs no signature', async () => {
    const { local } = await start();
    const call = <Output>(operation: string, input: object) =>
      local.cloud.call<Output>('cognito-idp', operation, input, { kind: 'account' });
    const { UserPool } = await call<{ UserPool: { Id: string } }>('CreateUserPool', { PoolName: 'people' });
    const client = { UserPoolId: UserPool.Id, ClientName: 'app' };
    const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>('CreateUserPoolClient', client);
    const target = { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' };
    const { ClientId } = UserPoolClient;
    const stranger = JSON.stringify({ ClientId, Username: 'stranger', Password: 'Passw0rd!' });

    const answer = await post(local, '/', { ...target, ...FROM_PAGE }, stranger);

    expect(answer.status).toBe(403);
    expect(await call('ListUsers', { UserPoolId: UserPool.Id })).toEqual({ Users: [] });
  });
});
