import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { Sha256 } from '../../packages/local-cloud/test/support/signed-request.ts';
import { dumpPage, findChromium, openPage } from '../support/chromium.ts';
import { startAttacker, startUnguarded } from './attacker.ts';

const chromium = findChromium();
/** Says in the title what is not run, and why. */
const describeBrowser = (title: string, body: (command: string) => void) =>
  chromium === undefined
    ? describe.skip(`${title} (not run: no Chromium on the PATH or in the variable CHROMIUM)`, () => body(''))
    : describe(title, () => body(chromium));

const ACCOUNT = { kind: 'account' } as const;
const FUNCTION = JSON.stringify({
  FunctionName: 'f',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/any',
  Code: { ZipFile: '' },
});

/** A local cloud with a user pool in which strangers may sign up. */
async function startCloud() {
  const local = await createLocalCloud();
  onTestFinished(() => local.close());
  // The records of the calls below would be counted at some later time.
  local.services.cloudtrail.admin.settings({ lose: 1 });
  const call = <Output>(operation: string, input: object) =>
    local.cloud.call<Output>('cognito-idp', operation, input, ACCOUNT);
  const { UserPool } = await call<{ UserPool: { Id: string } }>('CreateUserPool', { PoolName: 'people' });
  const client = { UserPoolId: UserPool.Id, ClientName: 'app' };
  const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>('CreateUserPoolClient', client);
  const stats = async (): Promise<unknown> => (await fetch(`${local.endpoint}/_local/stats`)).json();
  const faults = async (): Promise<unknown> => (await fetch(`${local.endpoint}/_local/faults`)).json();
  return { local, stats, faults, ClientId: UserPoolClient.ClientId };
}

/** A request that the account itself has signed, for a page that has got hold of it: path and query. */
async function presign(
  { endpoint, credentials }: LocalCloud,
  service: string,
  method: string,
  path: string,
  body = '',
) {
  const { hostname, host } = new URL(endpoint);
  const signer = new SignatureV4({ credentials, region: 'eu-west-1', service, sha256: Sha256 });
  const [pathname = '/', search = ''] = path.split('?');
  const request = { protocol: 'http:', hostname, method, path: pathname, headers: { host }, body };
  const given = Object.fromEntries(new URLSearchParams(search));
  const { query = {} } = await signer.presign({ ...request, query: given }, { expiresIn: 900 });
  return `${pathname}?${new URLSearchParams(query as Record<string, string>)}`;
}

async function planAgainst(local: LocalCloud, ClientId: string) {
  const identity = () => presign(local, 'sts', 'GET', '/?Action=GetCallerIdentity');
  const create = () => presign(local, 'lambda', 'POST', '/2015-03-31/functions', FUNCTION);
  const date = new Date().toISOString().replace(/\.\d{3}|[-:]/g, '');
  return {
    functionBody: FUNCTION,
    signUpBody: JSON.stringify({ ClientId, Username: 'stranger', Password: 'Passw0rd!' }),
    presigned: { create: await create(), beacon: await create(), image: await identity(), frame: await identity() },
    madeUpKey: new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `AKIDMADEUP/${date.slice(0, 8)}/eu-west-1/lambda/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '00',
    }).toString(),
  };
}

/** Answers that a page is not allowed to read look like this. */
const UNREAD = {
  'creates a function with a made-up key': 'error',
  'invokes it with a made-up key': 'error',
  'creates a function with a stolen signature': 'error',
  'reads the counts': 'error',
  'sets faults as text': 'error',
  'sets faults as JSON': 'error',
  'resets the faults': 'error',
  'signs up, which needs no signature': 'error',
  'sends a beacon with a stolen signature': 'sent',
  'loads an image with a stolen signature': 'error',
  'loads a script': 'error',
  'submits a form': 'loaded',
  'opens a frame with a stolen signature': 'loaded',
  'opens a socket': 'error',
};

/** What a browser sends for all that, to a server that lets it. */
const SENT = [
  ...['POST /2015-03-31/functions', 'POST /2015-03-31/functions/f/invocations', 'POST /2015-03-31/functions'],
  ...['GET /_local/stats', 'POST /_local/faults', 'OPTIONS /_local/faults', 'PUT /_local/faults'],
  ...['DELETE /_local/faults', 'OPTIONS /', 'POST /', 'POST /2015-03-31/functions', 'GET /', 'GET /_local/stats'],
  ...['POST /_local/faults', 'GET /', 'GET /_local/stats'],
];

describeBrowser('a page in a browser on this machine', (command) => {
  it.each([
    ['of another site', 'page.example'],
    ['of localhost', 'localhost'],
    ['of another port of 127.0.0.1', '127.0.0.1'],
  ])('%s neither reads, changes nor runs anything in the local cloud', async (_what, host) => {
    const { local, stats, faults, ClientId } = await startCloud();
    const before = await stats();
    const unguarded = await startUnguarded();
    onTestFinished(unguarded.close);
    const plan = await planAgainst(local, ClientId);
    const attacker = await startAttacker([
      { ...plan, server: local.endpoint },
      { ...plan, server: `http://127.0.0.1:${unguarded.port}` },
    ]);
    onTestFinished(attacker.close);
    const browser = openPage(command, `http://${host}:${attacker.port}/`);
    onTestFinished(browser.close);

    const [guarded] = await attacker.reports;
    await expect.poll(() => unguarded.seen.toSorted()).toEqual(SENT.toSorted());

    expect(guarded).toEqual(UNREAD);
    expect(await stats()).toEqual(before);
    expect(await faults()).toEqual([]);
    expect(await local.cloud.call('lambda', 'ListFunctions', {}, ACCOUNT)).toEqual({ Functions: [] });
  });

  it('does not get in by a name of its own that leads here, as a person does by the address', async () => {
    const { local } = await startCloud();
    const port = new URL(local.endpoint).port;

    const rebound = await dumpPage(command, `http://rebound.example:${port}/_local/stats`);
    const typed = await dumpPage(command, `http://127.0.0.1:${port}/_local/stats`);

    expect(rebound).toContain('The local cloud refuses this request');
    expect(rebound).not.toContain('cognito-idp.CreateUserPool');
    expect(typed).toContain('cognito-idp.CreateUserPool');
  });
});
