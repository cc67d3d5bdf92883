import { adviseOnSeveral } from '../../lambda/core/outcome.ts';
import { renderAge } from '../terminal/age.ts';
import { type Line, tableOf } from '../terminal/table.ts';
import { commandFor, releaseAll } from './next-command.ts';

/** Something that waits for a person. */
export interface HeldLine {
  readonly sub: string;
  readonly connectUserId: string | null;
  /** The Connect user that a rule has found for a link that is held. */
  readonly candidateId?: string | null;
  /** `null` when it is the link that is held. */
  readonly field: string | null;
  /** Names the value that is held, for `release --hold`; `null` when it is the link that is held. */
  readonly holdId: string | null;
  readonly reason: string;
  /** ISO time. */
  readonly since: string | null;
  readonly advice: string | null;
  /** Whether Cognito has another value by now, so that a release is refused. */
  readonly outdated?: boolean;
}

/** Lines that list what is held, and what to do about each reason. Pure. */
export function renderHeld(held: readonly HeldLine[], now: number): readonly Line[] {
  if (held.length === 0) return ['Nothing is held.'];
  const rows = held.map(({ sub, connectUserId, candidateId = null, field, holdId, reason, since }) => [
    sub,
    connectUserId ?? (candidateId === null ? '-' : `${candidateId}?`),
    field ?? '(link)',
    holdId ?? '-',
    reason,
    since === null ? '-' : renderAge(now - Date.parse(since)),
  ]);
  const candidates = held.some(
    ({ connectUserId, candidateId = null }) => connectUserId === null && candidateId !== null,
  );
  return [
    tableOf(['SUB', 'CONNECT USER', 'FIELD', 'HOLD', 'REASON', 'HELD FOR'], rows, [5]),
    ...(candidates ? ['', '? is a candidate: the Connect user that an adoption rule has found.'] : []),
    ...renderAdvice(
      [...Map.groupBy(held, ({ reason }) => reason)].map(([reason, those]) => adviseOnHeld(reason, those)),
    ),
  ];
}

/** What to do about what is held for one reason: the commands of one user, or one for all of them. */
function adviseOnHeld(reason: string, held: readonly HeldLine[]): AdviceEntry {
  const users = [...Map.groupBy(held, ({ sub }) => sub)].map(([sub, lines]) => ({
    sub,
    candidateId: lines[0]?.candidateId ?? null,
    withheld: lines.map(({ holdId, outdated = false }) => ({ holdId: outdated ? null : holdId })),
  }));
  const [first, ...more] = users;
  if (first === undefined || more.length === 0)
    return [reason, held[0]?.advice ?? null, first && commandFor(reason, first)];
  const advice = adviseOnSeveral(reason) ?? null;
  const commands = users.slice(0, MAX_COMMANDS).flatMap((user) => commandFor(reason, user) ?? []);
  return [reason, advice, releaseAll(reason) ?? [...new Set(commands)]];
}

/** Most users whose commands are shown for one reason. */
const MAX_COMMANDS = 10;

/** What to do about a reason, and the commands to paste where there are some. */
export type AdviceEntry = readonly [
  reason: string,
  advice: string | null,
  command?: string | readonly string[] | undefined,
];

/** Lines that say what to do about reasons, each once. Pure. */
export function renderAdvice(entries: readonly AdviceEntry[]): readonly string[] {
  const advices = new Map(
    entries.flatMap(([reason, advice, command]) =>
      advice === null
        ? []
        : [[reason, [`  ${reason}: ${advice}`, ...[command ?? []].flat().map((line) => `    ${line}`)]] as const],
    ),
  );
  if (advices.size === 0) return [];
  return [
    '',
    'What to do',
    ...[...advices].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, lines]) => lines),
  ];
}
