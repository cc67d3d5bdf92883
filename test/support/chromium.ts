import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The Chromium of this machine: the variable CHROMIUM, else the first on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.CHROMIUM ?? '', ...candidates].find((command) => command !== '' && existsSync(command));
}

/** A browser with a profile of its own. */
export interface Browser {
  /** Its standard error, for the message of a test that fails. */
  output(): string;
  close(): Promise<void>;
}

/** Opens a page without a window; every `*.example` leads to this machine, as if its owner had pointed it here. */
export function openPage(command: string, url: string): Browser {
  const profile = createProfile();
  const child = spawn(command, [...argumentsFor(profile), url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let output = '';
  child.on('error', (error) => {
    output += error.message;
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return {
    output: () => output.slice(-2_000),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const closed = once(child, 'close');
        endGroup(child);
        await closed;
      }
      removeProfile(profile);
    },
  };
}

/** The text of a page once it is loaded, as HTML. */
export async function dumpPage(command: string, url: string): Promise<string> {
  const profile = createProfile();
  try {
    const { stdout } = await promisify(execFile)(command, [...argumentsFor(profile), '--dump-dom', url]);
    return stdout;
  } finally {
    removeProfile(profile);
  }
}

const createProfile = (): string => mkdtempSync(join(tmpdir(), 'connect-sync-browser-'));
const removeProfile = (profile: string): void => rmSync(profile, { recursive: true, force: true, maxRetries: 10 });

const argumentsFor = (profile: string): readonly string[] => [
  ...['--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions'],
  ...['--disable-background-networking', '--disable-component-update', '--no-proxy-server'],
  ...[`--user-data-dir=${profile}`, '--host-resolver-rules=MAP *.example 127.0.0.1'],
  // Its sandbox does not work for the super user, as whom containers run.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** A browser is many processes: they end together. */
function endGroup(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
  else process.kill(-child.pid, 'SIGKILL');
}
