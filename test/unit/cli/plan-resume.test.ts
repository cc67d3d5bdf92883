import { describe, expect, it } from 'vitest';
import type { ReadsFile } from '../../../cli/plan/kept-reads.ts';
import { planInstance } from '../../../cli/plan/plan.ts';
import { createPlanWorld, PLAN_NOW } from '../../support/plan-world.ts';
import { createTerminal } from './doubles.ts';

const HOUR = 3_600_000;
const NAMES = ['ann', 'bob', 'cid'];
const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const world = (modifiedAt?: number) =>
  createPlanWorld({
    users: NAMES.map((username, index) => ({
      ...{ sub: subOf(index), username, modifiedAt: PLAN_NOW - HOUR, createdAt: PLAN_NOW - HOUR, providers: [] },
      attributes: { given_name: 'New', family_name: 'Name', email: `${username}@example.com`, email_verified: 'true' },
    })),
    agents: NAMES.map((username) => ({
      ...{ id: `agent-${username}`, username, identity: { FirstName: 'Old', LastName: 'Name' } },
      ...(modifiedAt !== undefined && { modifiedAt }),
    })),
  });

/** A file of reads in memory. */
const createFile = (text?: string) => {
  const file = {
    text,
    async append(line: string) {
      file.text = `${file.text ?? ''}${line}`;
    },
  };
  return file satisfies ReadsFile;
};

/** Runs a plan with details on the file. Resolves to the Connect users that were read, and to the plan. */
async function run(
  file: ReadsFile,
  { stopAfter = Number.POSITIVE_INFINITY, laterMs = 0, modifiedAt }: Readonly<Record<string, number>> = {},
) {
  const { sources, target, clock } = world(modifiedAt);
  clock.advance(laterMs);
  const terminal = createTerminal();
  const stop = new AbortController();
  const read: string[] = [];
  const { describeUser } = sources.connectReads;
  const connectReads = {
    ...sources.connectReads,
    describeUser: async (id: string) => {
      read.push(id);
      if (read.length === stopAfter) stop.abort();
      return describeUser(id);
    },
  };
  const exit = await planInstance(
    {
      ...{ sources: { ...sources, connectReads }, target, terminal, signal: stop.signal },
      ...{ now: clock.now, sleep: clock.sleep, readsFile: file },
    },
    { details: true, json: true, csv: false, names: false, showValues: true },
  );
  return { exit, read, notes: terminal.notes, plan: JSON.parse(terminal.lines.join('\n')) };
}

describe('plan --details --resume', () => {
  it('goes on after an interruption, and says the same as a plan that was not interrupted', async () => {
    const file = createFile();
    const whole = await run(createFile());

    const first = await run(file, { stopAfter: 1 });
    const second = await run(createFile(file.text));

    expect([first.exit, first.read, first.plan.complete]).toEqual([130, ['agent-ann'], false]);
    expect(first.notes.at(-1)).toBe(
      'Interrupted. 1 of 3 users were read. Nothing was written to AWS; repeat the command to go on.',
    );
    expect(second.read).toEqual(['agent-bob', 'agent-cid']);
    expect(second.notes).toContain('Connect users that were read before, and are not read again: 1');
    expect(second.plan).toEqual(whole.plan);
  });

  it('reads the user again whose line was cut off', async () => {
    const file = createFile();
    await run(file, { stopAfter: 2 });

    const { read } = await run(createFile(file.text?.slice(0, -20)));

    expect(read).toEqual(['agent-bob', 'agent-cid']);
  });

  it.each([
    ['reads again what is older than six hours', { laterMs: 6 * HOUR }, NAMES.length],
    ['uses what is younger', { laterMs: 6 * HOUR - 1 }, 0],
    ['reads again who was modified since', { laterMs: HOUR, modifiedAt: PLAN_NOW + 60_000 }, NAMES.length],
    ['uses who was modified before', { laterMs: HOUR, modifiedAt: PLAN_NOW - 120_000 }, 0],
  ])('%s', async (_, later, reads) => {
    const file = createFile();
    await run(file);

    expect((await run(createFile(file.text), later)).read).toHaveLength(reads);
  });

  it.each([
    ['something else', 'sub,username\n', 'was not written by plan --resume'],
    ['reads of another instance', '{"connectInstance":"instance-2"}\n', 'is of Connect instance instance-2'],
  ])('refuses a file of %s', async (_, text, message) => {
    await expect(run(createFile(text))).rejects.toThrow(message);
  });
});
