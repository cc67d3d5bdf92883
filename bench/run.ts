/**
 * Answers the questions of the bench: all of them, or those that are named. `--write` puts the figures into
 * docs/benchmarks.md. Ends with 0 whether or not goals are reached: figures are for reading.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBurst } from './burst.ts';
import { benchGateway } from './gateway.ts';
import { benchBundleReport } from './harness/bundle-report.ts';
import { describeCommit, insertFigures } from './harness/document.ts';
import { type Goal, type Question, toMarkdown } from './harness/report.ts';
import { benchLatency } from './latency.ts';
import { benchNeighbours } from './neighbours.ts';
import { benchNoise } from './noise.ts';
import { benchPlan } from './plan.ts';
import { benchSweep } from './sweep.ts';
import { benchThroughput } from './throughput.ts';

const QUESTIONS: Readonly<Record<string, Question>> = {
  throughput: benchThroughput,
  neighbours: benchNeighbours,
  burst: benchBurst,
  noise: benchNoise,
  latency: benchLatency,
  gateway: benchGateway,
  sweep: benchSweep,
  plan: benchPlan,
  bundles: benchBundleReport,
};
const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !Object.hasOwn(QUESTIONS, name));
if (unknown.length > 0) {
  console.error(
    `Unknown: ${unknown.join(', ')}.\nUsage: npm run bench -- [${Object.keys(QUESTIONS).join('|')}]… [--write]`,
  );
  process.exit(2);
}

console.log(`Bench of ${describeCommit()}.`);

const figures = new Map<string, string>();
const missed: Goal[] = [];
const startedAt = performance.now();
for (const [name, question] of Object.entries(QUESTIONS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`${name} …`);
  try {
    const report = await question((line) => console.error(`  ${line}`));
    figures.set(name, toMarkdown(report));
    missed.push(...report.goals.filter(({ met }) => !met));
    console.log(`\n## ${name}\n\n${figures.get(name)}\n`);
  } catch (error) {
    // The other questions are still worth an answer.
    console.error(`  failed: ${String(error).slice(0, 1_000)}`);
    process.exitCode = 1;
  }
}
if (values.write) await writeFile(DOCUMENT, insertFigures(await readFile(DOCUMENT, 'utf8'), figures));
console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s. Goals missed: ${missed.length}.`);
for (const { goal, measured } of missed) console.log(`  ${goal}: ${measured}`);
