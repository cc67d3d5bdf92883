import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/**
 * Puts the figures of a run between the markers of their questions. Pure but for naming the machine.
 *
 * @param document - Markdown with `<!-- bench NAME -->` and `<!-- /bench NAME -->` around each place.
 * @throws {Error} when the document has no place for a question.
 */
export function insertFigures(document: string, figures: ReadonlyMap<string, string>): string {
  let text = document;
  for (const [name, markdown] of [...figures, ['machine', describeMachine()] as const]) {
    const [open, close] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
    const [start, end] = [text.indexOf(open), text.indexOf(close)];
    if (start < 0 || end < start) throw new Error(`docs/benchmarks.md has no place for "${name}": ${open} … ${close}.`);
    text = `${text.slice(0, start + open.length)}\n\n${markdown}\n\n${text.slice(end)}`;
  }
  return text;
}

/** The commit that runs, and whether files differ from it. */
export function describeCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return `commit ${commit}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return 'no commit (this folder is no git checkout)';
  }
}

function describeMachine(): string {
  const day = new Date().toISOString().slice(0, 10);
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `Last run: ${day}, ${describeCommit()}, Node ${process.versions.node}, ${processors.length} × ${model}, ${process.platform}.`;
}
