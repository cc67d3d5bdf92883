import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';

const children: ChildProcess[] = [];
afterEach(() => children.forEach((child) => void child.kill('SIGKILL')));

/** `npm start -w local-cloud`, without npm. */
function start(...args: readonly string[]) {
  const script = new URL('../../start.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

it('prints where it listens and the key of the account, and ends at SIGTERM', async () => {
  const child = start();
  const [text] = await once(child.stdout, 'data');
  const { endpoint, ...others } = JSON.parse(String(text));

  const stats = await fetch(`${endpoint}/_local/stats`);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  expect(others).toEqual({
    region: 'eu-west-1',
    accountId: '000000000000',
    accessKeyId: expect.stringMatching(/^AKIA/),
    secretAccessKey: expect.any(String),
  });
  expect({ status: stats.status, code }).toEqual({ status: 200, code: 0 });
});

it.each(['70000', 'http'])('refuses the port %s', async (port) => {
  const child = start('--port', port);
  const [[text], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);

  expect(String(text)).toBe(`--port: received "${port}", expected a whole number from 0 to 65535.\n`);
  expect(code).toBe(2);
});
