import type { Command } from 'commander';
import { adviseOn } from '../../lambda/core/outcome.ts';
import { addCommand, type CommandOptions, open } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { heldFields, holdIdIn } from './hold-digest.ts';
import { CONNECT_PLACES, openConnect } from './open-connect.ts';
import type { UserRecord, UserTable } from './ports.ts';
import {
  knownFields,
  namesOption,
  readBothSides,
  renderBothSides,
  type SideDeps,
  type SideOptions,
  type SidesOf,
  valuesOption,
} from './read-both-sides.ts';
import { type HeldLine, renderHeld } from './render-held.ts';
import { openUsers } from './user-command.ts';
import { toTime } from './user-view.ts';

/** What {@link showHeld} works with. */
export interface HeldDeps {
  readonly table: UserTable;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where both sides are read; `undefined` where they are not wanted. */
  readonly sides?: SideDeps | undefined;
}

/** Options of {@link showHeld}. */
export interface HeldOptions extends Partial<SideOptions> {
  readonly json: boolean;
}

/** Each user once, with all fields that are held. */
const groupByUser = (held: readonly HeldLine[]): readonly SidesOf[] =>
  [...Map.groupBy(held, ({ sub }) => sub)].map(([sub, lines]) => ({
    sub,
    connectUserId: lines[0]?.connectUserId ?? lines[0]?.candidateId ?? null,
    fields: knownFields(lines.flatMap(({ field }) => field ?? [])),
  }));

/**
 * `held`: everything that a guard holds until a person decides: fields, and links that are not made yet.
 *
 * @returns in order when nothing is held.
 */
export async function showHeld(
  { table, terminal, now, sides }: HeldDeps,
  { json, names = false, showValues = false }: HeldOptions,
): Promise<Exit> {
  const held: HeldLine[] = [];
  for await (const page of table.scan()) held.push(...page.flatMap(holdsOf));
  held.sort((one, other) => ((one.since ?? '') < (other.since ?? '') ? -1 : 1));
  const read =
    sides !== undefined && (names || showValues)
      ? await readBothSides(sides, groupByUser(held), { names, showValues })
      : undefined;
  const withSides = held.map((line) => ({ ...line, ...(read && { sides: read.get(line.sub) ?? [] }) }));
  if (json) terminal.json({ held: withSides });
  else terminal.out(renderHeld(held, now()));
  if (!json && read !== undefined) terminal.out(renderBothSides(read));
  return held.length === 0 ? EXIT.inOrder : EXIT.attention;
}

function holdsOf(row: UserRecord): readonly HeldLine[] {
  const { sub, connectUserId, status, reason, holds = {}, since, candidateId } = row;
  const describe = (field: string | null, why: string): HeldLine => ({
    sub,
    connectUserId: connectUserId ?? null,
    candidateId: field === null ? (candidateId ?? null) : null,
    field,
    holdId: field === null ? null : (holdIdIn(holds, field) ?? null),
    reason: why,
    since: toTime(since),
    advice: adviseOn(why, { sub, candidateId }) ?? null,
  });
  // Only a link that is not made yet can be held. Of a linked user, the reason says something about Connect.
  const link = status === 'held' && connectUserId === undefined ? reason : undefined;
  return [
    ...(link === undefined ? [] : [describe(null, link)]),
    ...heldFields(row).map((field) => describe(field.field, field.reason)),
  ];
}

const HELD_PLACES = [...CONNECT_PLACES, 'userPoolId'] as const;

/** Adds `held`. */
export function addHeld(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'held', 'what a guard holds until a person decides', HELD_PLACES)
    .addOption(namesOption())
    .addOption(valuesOption())
    .action(async (options: CommandOptions & SideOptions) => {
      if (options.names || options.showValues) {
        const connected = await open(deps, options, HELD_PLACES);
        const ports = { ...deps, ...openUsers(connected) };
        deps.onExit(await showHeld({ ...ports, sides: { ...ports, ...openConnect(connected) } }, options));
      } else {
        const { place, userTable } = await open(deps, options, ['tableName']);
        deps.onExit(await showHeld({ ...deps, table: userTable(place.tableName) }, options));
      }
    });
}
