import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SweepState } from '../../lambda/core/sweep/sweep-pass.ts';
import { addCommand, type CommandOptions, type Connected, open } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { parseSpan } from '../terminal/parse-span.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { openConnect } from '../users/open-connect.ts';
import type { UserTable } from '../users/ports.ts';
import {
  knownFields,
  namesOption,
  readBothSides,
  renderBothSides,
  type SideDeps,
  type SideOptions,
  valuesOption,
} from '../users/read-both-sides.ts';
import { openUsers } from '../users/user-command.ts';
import { ALERTS, type Alert, findAlerts } from './alerts.ts';
import { countRows, type RowCounts } from './count-rows.ts';
import { areGiven } from './places.ts';
import type { QueueCounts } from './ports.ts';
import { readSwitches, type Switches } from './read-switches.ts';
import { renderStatus } from './render-status.ts';
import { viewSweep } from './view-sweep.ts';

/** What {@link showStatus} works with. */
export interface StatusDeps {
  readonly table: UserTable;
  readonly depths: () => Promise<{
    readonly changes: QueueCounts;
    readonly deadLetters: QueueCounts;
    readonly intakeDeadLetters: QueueCounts;
  }>;
  /** `off` in a deployment without a sweep: what an earlier one has left says nothing. */
  readonly lastSweep: () => Promise<SweepState | 'off' | undefined>;
  readonly switches: () => Promise<Switches>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where both sides are read; `undefined` where they are not wanted. */
  readonly sides?: SideDeps | undefined;
}

/** Options of {@link showStatus}. */
export interface StatusOptions extends Partial<SideOptions> {
  readonly json: boolean;
  /** What ends with code 1. @default everything */
  readonly failOn?: readonly Alert[] | undefined;
  /** Leaves out outcomes and failures that are older than this time span, milliseconds. */
  readonly since?: number | undefined;
}

/** Most users whose sides are read: each read waits for its slot. */
const MAX_SIDES = 50;

/**
 * `status`: how many users are in step and how many are not, by which routes changes have come, how far the sweep is, what fails,
 * and what waits in the queues.
 *
 * @returns in order when there is no alert that `failOn` names.
 */
export async function showStatus(deps: StatusDeps, options: StatusOptions): Promise<Exit> {
  const { table, terminal } = deps;
  const { json, failOn = ALERTS, names = false, showValues = false } = options;
  const now = deps.now();
  const rows = await countRows(table.scan(), options.since === undefined ? undefined : now - options.since);
  const [queues, lastSweep, switches] = await Promise.all([deps.depths(), deps.lastSweep(), deps.switches()]);
  const pass = lastSweep === 'off' ? undefined : lastSweep;
  const { paused = false, noInput = false, mode } = switches;
  const alerts = findAlerts({ rows, queues, paused, noInput, sweep: pass, observing: mode === 'observe', now });
  const sides =
    deps.sides !== undefined && (names || showValues)
      ? await readBothSides(
          deps.sides,
          rows.attention
            .slice(0, MAX_SIDES)
            .map(({ sub, connectUserId, fields }) => ({ sub, connectUserId, fields: knownFields(fields) })),
          { names, showValues },
        )
      : undefined;
  const inOrder = !alerts.some((alert) => failOn.includes(alert));
  const report = {
    inOrder,
    alerts,
    ...rows,
    sweep: viewSweep(pass, now),
    sweepOff: lastSweep === 'off',
    queues,
    ...switches,
  };
  if (json) terminal.json({ ...report, ...(sides && { sides: Object.fromEntries(sides) }) });
  else {
    terminal.out(renderStatus(report, now));
    if (sides !== undefined) terminal.out(renderBothSides(sides));
    terminal.note(adviseOnAlerts(alerts, rows));
  }
  return inOrder ? EXIT.inOrder : EXIT.attention;
}

const ADVICE: Readonly<Partial<Record<Alert, string>>> = {
  held: 'What is held, and why: npx connect-sync held',
  'dead-letters': 'What the dead letters are: npx connect-sync dlq',
  stale: 'The sweep is late or fails: docs/runbook.md, "The sweep fails"',
  'near-misses': 'Near misses: npx connect-sync reconcile',
  paused: 'To let the worker go on: npx connect-sync resume --apply',
  'no-input': 'To have CloudFormation create the event source mapping again: npx cdk deploy --revert-drift',
};

function adviseOnAlerts(alerts: readonly Alert[], { attention, failing }: RowCounts): readonly string[] {
  const left = attention.find(({ status }) => status !== 'held');
  const [failure] = failing;
  return [
    ...(left === undefined ? [] : [`Why, and what to do, for one of them: npx connect-sync explain ${left.sub}`]),
    ...(failure === undefined ? [] : [`Why one of them fails: npx connect-sync explain ${failure.sub}`]),
    ...alerts.flatMap((alert) => ADVICE[alert] ?? []),
  ];
}

function parseAlerts(text: string): readonly Alert[] {
  const names = text.split(',').map((name) => name.trim());
  const alerts = ALERTS.filter((alert) => names.includes(alert));
  if (alerts.length === new Set(names).size) return alerts;
  throw new InvalidArgumentError(`Expected some of ${ALERTS.join(', ')}, with commas between them.`);
}

const PLACES = ['tableName', 'queueUrl', 'deadLetterQueueUrl', 'intakeDeadLetterQueueUrl', 'syncWorker'] as const;
const SIDES = [...PLACES, 'userPoolId'] as const;

type StatusFlags = CommandOptions & SideOptions & Pick<StatusOptions, 'failOn' | 'since'>;

/** Adds `status`. */
export function addStatus(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'status', 'how many users are in step, how many are not and why, and what the queues hold', SIDES)
    .addOption(
      new Option('--fail-on <what>', `what ends with code 1, of ${ALERTS.join(', ')} (default: all)`).argParser(
        parseAlerts,
      ),
    )
    .addOption(
      new Option('--since <span>', 'only outcomes and failures since then, for example 1d').argParser(parseSpan),
    )
    .addOption(namesOption())
    .addOption(valuesOption())
    .action(async (options: StatusFlags) => {
      if (!(options.names || options.showValues)) return runStatus(deps, options, await open(deps, options, PLACES));
      const connected = await open(deps, options, SIDES);
      return runStatus(deps, options, connected, { ...deps, ...openUsers(connected), ...openConnect(connected) });
    });
}

async function runStatus(
  deps: ProgramDeps,
  options: StatusFlags,
  connected: Connected<(typeof PLACES)[number]>,
  sides?: SideDeps,
): Promise<void> {
  const { place, userTable, queueDepth, sweepState } = connected;
  const depths = async () => {
    const [changes, deadLetters, intakeDeadLetters] = await Promise.all([
      queueDepth(place.queueUrl),
      queueDepth(place.deadLetterQueueUrl),
      queueDepth(place.intakeDeadLetterQueueUrl),
    ]);
    return { changes, deadLetters, intakeDeadLetters };
  };
  const lastSweep = async () => {
    // Where every place was given, no stack was asked whether it has a sweep.
    const isOff = place.sweep === undefined && !areGiven(options, PLACES);
    return isOff ? ('off' as const) : sweepState(place.tableName);
  };
  const instances = async (region: string) => (await connected.doctor()).instances(region);
  const ports = {
    ...{ depths, table: userTable(place.tableName), lastSweep },
    switches: () => readSwitches({ ...connected, instances }, place.syncWorker),
  };
  deps.onExit(await showStatus({ ...deps, ...ports, sides }, options));
}
