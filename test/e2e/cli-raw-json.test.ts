import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger';
const POOL_ID = 'eu-west-1_Ab12Cd34E';
/** A pool whose service is newer than every SDK: members that none of them knows, at the top and further in. */
const POOL = {
  Id: POOL_ID,
  Name: 'agents',
  Arn: `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${POOL_ID}`,
  CreationDate: 1_767_225_600.123,
  LastModifiedDate: 1_767_225_600.456,
  EstimatedNumberOfUsers: 7,
  SchemaAttributes: [{ Name: 'sub', NewerThanUs: true }],
  UserPoolTier: 'PLUS',
  MfaConfiguration: 'OFF',
  Policies: { PasswordPolicy: { MinimumLength: 12, ForbidSeasons: true }, PasskeyPolicy: { Devices: 3 } },
  LambdaConfig: {
    PreSignUp: `${FUNCTION}-of-others`,
    InboundFederation: { LambdaVersion: 'V9_0', LambdaArn: `${FUNCTION}-of-others` },
    BeforeEverything: `${FUNCTION}-of-others`,
  },
  QuantumSettings: { Enabled: true, Levels: [1, 2.5, 'three', null] },
};

/** What only `SetUserPoolMfaConfig` sets, with what no SDK knows. */
const MFA = {
  MfaConfiguration: 'OFF',
  SoftwareTokenMfaConfiguration: { Enabled: true },
  RetinaConfiguration: { Eyes: 2 },
};

let server: Server;
let cwd: string;
let updates: Record<string, unknown>[];
let pool: Record<string, unknown>;
let mfa: Record<string, unknown>;
let update: (body: Record<string, unknown>) => { readonly status: number; readonly body: object };

/** What the service does with an update: everything that is not sent is gone. */
const replace = ({ UserPoolId: _, PoolName, ...settings }: Record<string, unknown>) => {
  const { Id, Arn, CreationDate, EstimatedNumberOfUsers, SchemaAttributes } = pool;
  pool = {
    ...{ Id, Arn, CreationDate, EstimatedNumberOfUsers, SchemaAttributes },
    ...{ Name: PoolName, ...settings, LastModifiedDate: Number(pool.LastModifiedDate) + 1 },
  };
  return { status: 200, body: {} };
};

function answer(target: string | undefined, url: string, body: Record<string, unknown>) {
  if (target?.endsWith('.DescribeUserPool')) return { status: 200, body: { UserPool: pool } };
  if (target?.endsWith('.GetUserPoolMfaConfig')) return { status: 200, body: mfa };
  if (target?.endsWith('.UpdateUserPool')) {
    updates.push(body);
    return update(body);
  }
  if (url.endsWith('/configuration')) return { status: 200, body: { Environment: { Variables: {} } } };
  const statement = { Effect: 'Allow', Principal: { Service: 'cognito-idp.amazonaws.com' }, Action: 'lambda:*' };
  return { status: 200, body: { Policy: JSON.stringify({ Statement: [statement] }) } };
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'] as string | undefined;
    const { status, body: result } = answer(target, request.url ?? '', body === '' ? {} : JSON.parse(body));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(result));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-cli-'));
});
beforeEach(() => {
  pool = structuredClone(POOL);
  mfa = structuredClone(MFA);
  updates = [];
  update = replace;
});
afterAll(async () => {
  server.close();
  await rm(cwd, { recursive: true, force: true });
});

const cli = (...args: string[]) =>
  runCli([...args, '--user-pool', POOL_ID, '--function', FUNCTION], {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    cwd,
  });

describe('connect-sync trigger attach, as a process', () => {
  it('sends back what no SDK knows, and keeps the answer as it came', async () => {
    const { exit, stdout } = await cli('trigger', 'attach', '--apply', '--backup-dir', 'kept');

    expect(exit).toBe(0);
    expect(stdout).toContain('among them, unknown to this version: QuantumSettings');
    expect(updates).toEqual([
      {
        UserPoolId: POOL_ID,
        PoolName: 'agents',
        UserPoolTier: 'PLUS',
        MfaConfiguration: 'OFF',
        Policies: POOL.Policies,
        LambdaConfig: { ...POOL.LambdaConfig, CustomMessage: FUNCTION, PostConfirmation: FUNCTION },
        QuantumSettings: POOL.QuantumSettings,
      },
    ]);
    const files = (await readdir(join(cwd, 'kept'))).sort();
    expect(files).toEqual([
      expect.stringMatching(/^eu-west-1_Ab12Cd34E-.*\.describe\.json$/),
      expect.stringMatching(/^eu-west-1_Ab12Cd34E-.*\.mfa\.json$/),
      expect.stringMatching(/^eu-west-1_Ab12Cd34E-.*\.update\.json$/),
    ]);
    const [description = '', factors = ''] = files;
    expect(JSON.parse(await readFile(join(cwd, 'kept', factors), 'utf8'))).toEqual({ UserPoolId: POOL_ID, ...MFA });
    expect(await readFile(join(cwd, 'kept', description), 'utf8')).toBe(JSON.stringify({ UserPool: POOL }));
    expect((await stat(join(cwd, 'kept', description))).mode & 0o777).toBe(0o600);
  });

  it('brings everything back by detaching', async () => {
    await cli('trigger', 'attach', '--apply');

    const { exit } = await cli('trigger', 'detach', '--apply');

    expect(exit).toBe(0);
    expect(pool).toEqual({ ...POOL, LastModifiedDate: expect.any(Number) });
  });

  it('ends with code 3 and the words of AWS when the update is refused, and says that nothing happened', async () => {
    update = () => ({
      status: 400,
      body: { __type: 'InvalidParameterException', message: 'SMS configuration is required.' },
    });

    const { exit, stderr } = await cli('trigger', 'attach', '--apply');

    expect(exit).toBe(3);
    expect(stderr).toContain(`${POOL_ID} is as it was.`);
    expect(stderr).toContain('AWS says: SMS configuration is required.');
    expect(updates).toHaveLength(1);
  });

  it('sends an update once only when it fails as if it could be repeated', async () => {
    update = () => ({ status: 500, body: { __type: 'InternalErrorException', message: 'later' } });

    const { exit } = await cli('trigger', 'attach', '--apply');

    expect(exit).toBe(3);
    expect(updates).toHaveLength(1);
  });

  it('ends with code 1 when the pool has lost a setting, and shows the way back', async () => {
    update = ({ QuantumSettings: _, ...body }) => replace(body);

    const { exit, stderr } = await cli('trigger', 'attach', '--apply', '--backup-dir', 'lost');

    expect(exit).toBe(1);
    expect(stderr).toContain(`ATTENTION: ${POOL_ID} is not what it should be after the update.\n  QuantumSettings\n`);
    expect(stderr).toMatch(
      /aws cognito-idp update-user-pool --region eu-west-1 --cli-input-json file:\/\/\/.*\/lost\/.*\.update\.json/,
    );
  });

  it('ends with code 1 when the update has taken a second factor away that no SDK knows', async () => {
    update = (body) => {
      mfa = { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: true } };
      return replace(body);
    };

    const { exit, stderr } = await cli('trigger', 'attach', '--apply', '--backup-dir', 'factor');

    expect(exit).toBe(1);
    expect(stderr).toContain('\n  GetUserPoolMfaConfig.RetinaConfiguration\n');
    expect(stderr).toMatch(
      /set-user-pool-mfa-config --region eu-west-1 --cli-input-json file:\/\/\/.*\/factor\/.*\.mfa\.json/,
    );
  });
});
