import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The root of the project. */
export const ROOT = join(import.meta.dirname, '../..');

/** A Node.js of this machine. */
export interface NodeOnMachine {
  readonly path: string;
  /** As it says itself, for example `v24.21.0`. */
  readonly version: string;
}

/**
 * The Node.js that runs these tests, and the one that this machine has without the project, where it is another and new
 * enough for the package.
 */
export const NODES: readonly NodeOnMachine[] = [
  { path: process.execPath, version: process.version },
  ...(process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .filter((path) => existsSync(path))
    .slice(0, 1)
    .map((path) => ({ path, version: spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() }))
    .filter(({ version }) => version !== process.version && Number(/^v(\d+)/.exec(version)?.[1]) >= 20),
];

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A fresh project of a user, with our package installed in it. */
export interface Consumer {
  readonly folder: string;
  /** Writes files of the project, by path. */
  write(files: Readonly<Record<string, string>>): void;
  /** Runs a script of the project with a Node.js of this machine. */
  run(node: NodeOnMachine, args: readonly string[], env?: Readonly<Record<string, string>>): Ended;
  /** Where a package that is linked here keeps a file. */
  fileOf(name: string, path: string): string;
  remove(): void;
}

/**
 * Makes a fresh project, installs the packed package with npm, and links the other packages to those that are installed here:
 * nothing is downloaded.
 *
 * @param links - names of packages.
 */
export function createConsumer(tarball: string, links: readonly string[]): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'connect-sync-consumer-'));
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write({ 'package.json': '{ "name": "theirs", "version": "0.1.0", "private": true }' });
  const install = npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], folder);
  if (install.status !== 0) throw new Error(`npm install failed:\n${install.stderr}`);
  for (const name of links) {
    const target = join(folder, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(findInstalled(name), target, 'junction');
  }
  return {
    folder,
    write,
    run: (node, args, env = {}) => {
      const PATH = [dirname(node.path), process.env.PATH].join(delimiter);
      const { status, stdout, stderr } = spawnSync(node.path, [...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...withoutNpm(process.env), PATH, ...env },
      });
      return { status, stdout, stderr };
    },
    fileOf: (name, path) => join(folder, 'node_modules', name, path),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Runs npm, with the Node.js that runs these tests unless another is given. */
export function npm(
  args: readonly string[],
  cwd: string,
  node: Pick<NodeOnMachine, 'path'> = { path: process.execPath },
): Ended {
  const { status, stdout, stderr } = spawnSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    env: { ...withoutNpm(process.env), PATH: [dirname(node.path), process.env.PATH].join(delimiter) },
    shell: process.platform === 'win32',
  });
  return { status, stdout, stderr };
}

/** The files that `cdk init app --language typescript` of the installed CDK CLI writes, without what is optional. */
export const cdkInitFile = (path: string): string =>
  readFileSync(join(ROOT, 'node_modules/aws-cdk/lib/init-templates/app/typescript', path), 'utf8');

/** That of this folder first: its TypeScript is another one. */
function findInstalled(name: string): string {
  const found = [import.meta.dirname, ROOT]
    .map((base) => join(base, 'node_modules', name))
    .find((one) => existsSync(one));
  if (found === undefined) throw new Error(`${name} is not installed: run npm ci.`);
  return found;
}

/** npm tells its scripts what it was told; a person's terminal has none of it. */
const withoutNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|VITEST)/i.test(name)));
