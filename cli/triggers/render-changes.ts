import type { Difference } from './differences.ts';

/** See {@link renderSlotChanges}. */
export interface SlotPlanView {
  readonly userPoolId: string;
  readonly changes: readonly { readonly slot: string; readonly from: string | null; readonly to: string | null }[];
  /** Names of the members that are sent as they are. */
  readonly unchanged: readonly string[];
  /** Those of them that we do not know. */
  readonly unknown: readonly string[];
}

/** Lines that show a plan as a diff: what goes with `-`, what comes with `+`. Pure. */
export function renderSlotChanges({ userPoolId, changes, unchanged, unknown }: SlotPlanView): readonly string[] {
  if (changes.length === 0) return [`User pool ${userPoolId}: no change.`];
  return [
    `User pool ${userPoolId}`,
    ...changes.flatMap(({ slot, from, to }) => [
      `  LambdaConfig.${slot}`,
      `    - ${from ?? '(none)'}`,
      `    + ${to ?? '(none)'}`,
    ]),
    ...wrap('  sent as they are: ', unchanged),
    ...(unknown.length === 0 ? [] : wrap('  among them, unknown to this version: ', unknown)),
  ];
}

/** Lines that show settings which are not as they should be. Pure. */
export const renderDifferences = (differences: readonly Difference[]): readonly string[] =>
  differences.flatMap(({ path, expected, found }) => [
    `  ${path}`,
    `    expected ${JSON.stringify(expected) ?? 'nothing'}`,
    `    found    ${JSON.stringify(found) ?? 'nothing'}`,
  ]);

const WIDTH = 100;

function wrap(lead: string, names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = lead.trimEnd();
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
