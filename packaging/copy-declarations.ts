import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Copies a declaration file and those that it imports, directly or not, and nothing else: what the public API does not name is
 * not published. Imports name JavaScript files afterwards, as every version of TypeScript expects.
 *
 * @throws {Error} when the API reaches a file outside of the folder: a type that is not ours to publish.
 */
export function copyDeclarations(files: { readonly from: string; readonly to: string; readonly entry: string }): void {
  const pending = [files.entry];
  const done = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (done.has(file)) continue;
    done.add(file);
    if (file.startsWith('..')) throw new Error(`The public API names a type of ${file}, which is not part of it.`);
    const source = readFileSync(join(files.from, file), 'utf8');
    const imports = [...source.matchAll(/from '(\.[^']+)\.ts'/g)].map(([, path = '']) =>
      join(dirname(file), `${path}.d.ts`),
    );
    pending.push(...imports);
    const target = join(files.to, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, source.replaceAll(/from '(\.[^']+)\.ts'/g, "from '$1.js'"));
  }
}
