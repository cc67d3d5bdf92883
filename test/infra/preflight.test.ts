import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'preflight-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Makes Node.js say that it is another version on another platform, before anything else runs. */
const disguise = (version: string, platform: string, arch: string): string => {
  const file = join(scratch, `${version}-${platform}-${arch}.cjs`);
  const facts = { platform, arch, version: `v${version}`, versions: { ...process.versions, node: version } };
  writeFileSync(
    file,
    `for (const [name, value] of Object.entries(${JSON.stringify(facts)})) Object.defineProperty(process, name, { value });`,
  );
  return file;
};

const start = (script: string, version: string, platform = 'linux', arch = 'x64') => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', disguise(version, platform, arch), script, '--help'],
    { encoding: 'utf8' },
  );
  return { status, stderr };
};

describe('Node.js that is too old', () => {
  it.each(['preflight.cjs', 'connect-sync.cjs', 'connect-sync-app.cjs'])(
    'is told by %s in one sentence, with what to do instead of a global command',
    (script) => {
      const { status, stderr } = start(join(BIN, script), '20.20.2');

      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^cognito-connect-sync needs Node\.js 24\.12 or newer; this is v20\.20\.2 \(linux-x64\)\. /,
      );
      expect(stderr).toContain('So run `npx cdk …` and `npx connect-sync …`, not a globally installed command.');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it('includes an early Node.js 24', () => {
    expect(start(join(BIN, 'preflight.cjs'), '24.11.1').status).toBe(2);
    expect(start(join(BIN, 'preflight.cjs'), '24.12.0')).toEqual({ status: 0, stderr: '' });
    expect(start(join(BIN, 'preflight.cjs'), '26.0.0')).toEqual({ status: 0, stderr: '' });
  });

  it('leads to a Node.js of one’s own on Apple silicon, where the registry has none', () => {
    const { status, stderr } = start(join(BIN, 'preflight.cjs'), '22.1.0', 'darwin', 'arm64');

    expect(status).toBe(2);
    expect(stderr).toContain('Apple silicon');
    expect(stderr).toContain('Install Node.js 24 yourself: https://nodejs.org/en/download');
    expect(stderr).not.toContain('npm ci');
  });

  it('is 18 or older for the npm package, which holds no TypeScript', () => {
    const packed = join(scratch, 'package/bin');
    mkdirSync(packed, { recursive: true });
    cpSync(join(BIN, 'preflight.cjs'), join(packed, 'preflight.cjs'));

    expect(start(join(packed, 'preflight.cjs'), '20.0.0')).toEqual({ status: 0, stderr: '' });
    expect(start(join(packed, 'preflight.cjs'), '18.20.8')).toEqual({
      status: 2,
      stderr:
        'cognito-connect-sync needs Node.js 20 or newer; this is v18.20.8 (linux-x64). Install a newer one: https://nodejs.org/en/download\n',
    });
  });
});
