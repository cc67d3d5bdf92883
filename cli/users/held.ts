import type { Command } from 'commander';
import { adviseOn } from '../../lambda/core/outcome.ts';
import { addCommand, type CommandOptions, open } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { holdIdIn } from './hold-digest.ts';
import type { UserRecord, UserTable } from './ports.ts';
import { type HeldLine, renderHeld } from './render-held.ts';
import { toTime } from './user-view.ts';

/** What {@link showHeld} works with. */
export interface HeldDeps {
  readonly table: UserTable;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * `held`: everything that a guard keeps back until a person decides: fields, and links that nobody has made yet.
 *
 * @returns in order when nothing is held.
 */
export async function showHeld(
  { table, terminal, now }: HeldDeps,
  { json }: { readonly json: boolean },
): Promise<Exit> {
  const held: HeldLine[] = [];
  for await (const page of table.scan()) held.push(...page.flatMap(holdsOf));
  held.sort((one, other) => ((one.since ?? '') < (other.since ?? '') ? -1 : 1));
  if (json) terminal.json({ held });
  else terminal.out(renderHeld(held, now()));
  return held.length === 0 ? EXIT.inOrder : EXIT.attention;
}

function holdsOf({
  sub,
  connectUserId,
  status,
  reason,
  withheld = [],
  holds = {},
  since,
}: UserRecord): readonly HeldLine[] {
  if (status !== 'held') return [];
  const describe = (field: string | null, why: string): HeldLine => ({
    sub,
    connectUserId: connectUserId ?? null,
    field,
    holdId: field === null ? null : (holdIdIn(holds, field) ?? null),
    reason: why,
    since: toTime(since),
    advice: adviseOn(why) ?? null,
  });
  const fields = withheld.filter(({ kind }) => kind === 'held');
  return [
    ...(reason === undefined ? [] : [describe(null, reason)]),
    ...fields.map((field) => describe(field.field, field.reason)),
  ];
}

/** Adds `held`. */
export function addHeld(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'held', 'what a guard keeps back until a person decides', ['tableName']).action(
    async (options: CommandOptions) => {
      const { place, userTable } = await open(deps, options, ['tableName']);
      deps.onExit(await showHeld({ ...deps, table: userTable(place.tableName) }, options));
    },
  );
}
