import { renderSpan } from './age.ts';
import { renderCount } from './count.ts';
import type { Terminal } from './terminal.ts';

/** Work that takes no longer needs no progress. */
const QUIET_MS = 2_000;
/** How often a line that moves is written anew, and how often a new line is added where none can move. */
const MOVING_EVERY_MS = 200;
const LINE_EVERY_MS = 15_000;

/** Progress of one piece of work. */
export interface ShownProgress {
  /** Shows how much is done. */
  at(done: number): void;
  /** Removes the line that moves, if there is one. */
  end(): void;
}

/**
 * Shows progress on stderr once the work takes longer than two seconds: how much is done, how fast, and how long it still takes.
 * A terminal gets one line that moves; anything else gets a line every 15 seconds.
 *
 * @param total - how much there is; `undefined` when that is not known.
 */
export function startProgress(
  { terminal, now }: { readonly terminal: Terminal; readonly now: () => number },
  what: string,
  total?: number,
): ShownProgress {
  const startedAt = now();
  const { moving } = terminal;
  let shownAt = startedAt;
  return {
    at(done) {
      const elapsedMs = now() - startedAt;
      const due = shownAt === startedAt ? QUIET_MS : moving === undefined ? LINE_EVERY_MS : MOVING_EVERY_MS;
      if (now() - shownAt < due) return;
      shownAt = now();
      const line = `${what}: ${describeProgress(done, total, elapsedMs)}`;
      if (moving === undefined) terminal.note(line);
      else moving(line);
    },
    end: () => moving?.(''),
  };
}

function describeProgress(done: number, total: number | undefined, elapsedMs: number): string {
  const perSecond = (done * 1_000) / elapsedMs;
  const rate = `${perSecond.toFixed(1)} a second`;
  if (total === undefined) return `${renderCount(done)}, ${rate}`;
  const left = perSecond === 0 ? '' : `, ${renderSpan((total - done) / perSecond)} left`;
  return `${renderCount(done)} of ${renderCount(total)}, ${rate}${left}`;
}
