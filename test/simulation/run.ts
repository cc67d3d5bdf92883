/**
 * Runs random schedules of the whole product on a virtual clock and checks the invariants, as many as wanted:
 *
 *     npm run simulate -- --schedules 10000 --seed 42
 *     npm run simulate -- --kind faulty --seed 42 --path 17:0:3
 *
 * The schedules are everyday ones, ones with faults, with rough weather, and with an attacker, as many of each. Without `--seed` it draws a seed and prints it. `--path`
 * replays the one schedule that a failed run has named. Ends with 1 when a schedule breaks an invariant, with 2 on a wrong option.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { attackSchedules } from '../support/simulation/attacker/attack-schedules.ts';
import { runAttack } from '../support/simulation/attacker/run-attack.ts';
import { runSchedule } from '../support/simulation/run-schedule.ts';
import { everydaySchedules, faultySchedules, stormySchedules } from '../support/simulation/schedules.ts';

/** Fails with every breach of an invariant, and each problem that is left. */
const propertyOf = <Ran>(schedules: fc.Arbitrary<Ran>, run: (schedule: Ran) => Promise<readonly string[]>) =>
  fc.asyncProperty(schedules, async (schedule) => {
    const breaches = await run(schedule);
    if (breaches.length > 0) throw new Error(breaches.join('\n'));
  });

const KINDS: Readonly<Record<string, fc.IAsyncProperty<[unknown]>>> = {
  everyday: propertyOf(everydaySchedules, runSchedule),
  faulty: propertyOf(faultySchedules, runSchedule),
  stormy: propertyOf(stormySchedules, runSchedule),
  attacker: propertyOf(attackSchedules, runAttack),
};
const USAGE = 'npm run simulate -- [--schedules N] [--seed S] [--kind everyday|faulty|stormy|attacker [--path P]]';

/** Prints what is wrong with the options, and ends. */
function refuse(problem: string): never {
  process.stderr.write(`${problem}\nUsage: ${USAGE}\n`);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        schedules: { type: 'string', default: '1000' },
        seed: { type: 'string', default: String(randomInt(2 ** 31)) },
        kind: { type: 'string' },
        path: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { kind, path, ...given } = readOptions();
const kinds = kind === undefined ? Object.keys(KINDS) : [kind];
const [schedules, seed] = [Number(given.schedules), Number(given.seed)];
if (!Number.isInteger(schedules) || schedules < 1)
  refuse(`--schedules is "${given.schedules}": it must be a whole number from 1.`);
if (!Number.isInteger(seed)) refuse(`--seed is "${given.seed}": it must be a whole number.`);
if (path !== undefined && kind === undefined) refuse('--path needs --kind: it names a schedule of one kind.');

for (const [index, name] of kinds.entries()) {
  const property = KINDS[name] ?? refuse(`--kind is "${name}": it must be everyday, faulty, stormy or attacker.`);
  const numRuns = Math.floor((schedules + index) / kinds.length);
  if (numRuns > 0) await simulate(name, property, numRuns);
}

async function simulate(name: string, property: fc.IAsyncProperty<[unknown]>, numRuns: number): Promise<void> {
  const replay = path === undefined ? {} : { path, endOnFailure: true };
  const result = await fc.check(property, { numRuns: path === undefined ? numRuns : 1, seed, ...replay });

  if (!result.failed) {
    process.stdout.write(`${name}: ${result.numRuns} schedules (seed ${seed}), every invariant holds\n`);
    return;
  }
  const [schedule] = result.counterexample ?? [];
  process.exitCode = 1;
  process.stdout.write(`${name}: an invariant is broken after ${result.numRuns} schedules (seed ${seed})\n`);
  process.stdout.write(`${result.errorInstance instanceof Error ? result.errorInstance.message : ''}\n`);
  process.stdout.write(`${JSON.stringify(schedule, undefined, 2)}\n`);
  process.stdout.write(
    `Replay: npm run simulate -- --kind ${name} --seed ${seed} --path ${result.counterexamplePath}\n` +
      'Keep the schedule in test/simulation/kept.test.ts once it is mended.\n',
  );
}
