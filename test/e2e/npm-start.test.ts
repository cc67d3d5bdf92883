import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { eventually } from '../support/deployed.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'connect-sync-start-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What `npm start` runs. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(ROOT, 'bin/local.ts'), 'demo', ...args], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return {
    text: () => output,
    stop: () => child.kill('SIGINT'),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Lines that a terminal of 80 columns shows. */
const shownLines = (text: string): number =>
  text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 80)), 0);

describe('npm start', () => {
  it('fits on a screen before it waits, and the commands that it gives work when pasted', async () => {
    const demo = start();
    await eventually('the demonstration to wait', () => demo.text().endsWith('Ctrl-C ends it.\n'));
    const text = demo.text();

    expect(text).toMatch(/\nSynthesizing\nPublishing\nDeploying\nSeeding\n/);
    expect(shownLines(text)).toBeLessThanOrEqual(60);
    expect(text).not.toContain('cdk |');
    const exported = Object.fromEntries(
      [...text.matchAll(/^export (.*)$/gm)].flatMap(([, pairs = '']) =>
        pairs.split(' ').map((pair) => pair.split('=')),
      ),
    );
    // Version 1 of the AWS CLI knows no other variable.
    expect(exported.AWS_DEFAULT_REGION).toBe(exported.AWS_REGION);
    const environment = {
      endpoint: exported.AWS_ENDPOINT_URL,
      region: exported.AWS_REGION,
      accessKeyId: exported.AWS_ACCESS_KEY_ID,
      secretAccessKey: exported.AWS_SECRET_ACCESS_KEY,
      cwd: scratch,
    };
    const commands = [...text.matchAll(/^npx connect-sync (.*)$/gm)].map(([, line = '']) => line);
    expect(commands).toEqual(['status', 'show mary.smith', 'explain mary.smith', 'plan --details']);
    for (const command of commands) {
      const { exit, stdout, stderr } = await runCli(command.split(' '), environment);
      expect({ command, exit }, stdout + stderr).toEqual({ command, exit: 0 });
    }
    demo.stop();
    expect(await demo.ended).toBe(0);
  });

  it('names a port that is taken, and the way out', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const demo = start('--port', String(port));
    const code = await demo.ended;
    taken.close();

    expect(code).toBe(1);
    expect(demo.text()).toContain(
      `Port ${port} is taken by another program: choose another one with --port N, or leave --port out and a free one is taken.`,
    );
  });
});
