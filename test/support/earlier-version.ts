import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Where there is no tag yet: the commit from which tables are read by every later one. */
const WITHOUT_TAGS = 'd1b204e';

const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });

/** The last version before this commit that git knows; `undefined` without the history, as in an archive or a shallow clone. */
export function findEarlierVersion(): string | undefined {
  const { status, stdout } = git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^');
  const version = status === 0 ? stdout.trim() : WITHOUT_TAGS;
  return git('rev-parse', '--verify', '--quiet', `${version}^{commit}`).status === 0 ? version : undefined;
}

/** Puts a version of the project into a folder of its own, with the packages that are installed here. */
export function unpackVersion(version: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'connect-sync-version-'));
  const archive = join(folder, 'version.tar');
  git('archive', '--output', archive, version);
  const { status, stderr } = spawnSync('tar', ['-xf', archive, '-C', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Version ${version} cannot be unpacked: ${stderr}`);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
