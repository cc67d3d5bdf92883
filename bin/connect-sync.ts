import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { createOutput } from '../cli/adapters/output.ts';
import { askQuestion } from '../cli/adapters/question.ts';
import { appendTextFile, readTextFile, writeTextFile } from '../cli/adapters/text-files.ts';
import { EXIT } from '../cli/exit.ts';
import { run } from '../cli/run.ts';
import { findConfiguration, findConfiguredStack } from '../lib/configuration/configured-stack.ts';
import packageJson from '../package.json' with { type: 'json' };

const [out, note] = [createOutput(process.stdout), createOutput(process.stderr)];
process.once('exit', () => {
  const failure = out.failure();
  if (failure === undefined) return;
  note.write(`stdout could not be written (${failure}): what was printed is not whole.\n`);
  process.exitCode = EXIT.remote;
});

const stopping = new AbortController();
// Once: who presses Ctrl-C again does not want to wait.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
const { signal } = stopping;

/** @see https://no-color.org */
function hasColour(): boolean {
  const { NO_COLOR = '', TERM } = process.env;
  return process.stdout.isTTY && NO_COLOR === '' && TERM !== 'dumb';
}

process.exitCode = await run(process.argv.slice(2), {
  // Help and mistakes on the command line do not wait for the AWS clients.
  connect: async (access) => (await import('../cli/adapters/aws-connections.ts')).connectToAws(access, process.env),
  screen: {
    out: (line) => out.write(`${line}\n`),
    note: (line) => note.write(`${line}\n`),
    moving: process.stderr.isTTY
      ? (line) => note.write(`\r\u001B[K${line.slice(0, process.stderr.columns - 1)}`)
      : undefined,
    columns: process.stdout.columns,
    paint: hasColour() ? (look, text) => styleText(look, text) : undefined,
  },
  configuredStack: () => findConfiguredStack(process.cwd()),
  configuration: (file) => findConfiguration(process.cwd(), file),
  now: Date.now,
  sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  signal,
  readFile: readTextFile,
  writeFile: writeTextFile,
  appendFile: appendTextFile,
  ask:
    process.stdin.isTTY && process.stderr.isTTY
      ? (question) => askQuestion({ input: process.stdin, output: process.stderr, signal }, question)
      : undefined,
  version: packageJson.version,
  columns: process.stdout.columns,
});
