/** What starting is doing, in the order in which it does it. */
const STAGES = ['Synthesizing', 'Publishing', 'Deploying', 'Seeding'] as const;

/** One step of starting: its stage, and how far that is, for people. */
interface Step {
  readonly stage: (typeof STAGES)[number];
  readonly text: string;
}

/** Reads a line of `cdk deploy`; `undefined` for one that tells no step. Pure. */
function stepOf(line: string): Step | undefined {
  const [, done, all] = /\|\s*(\d+)\/(\d+) \|/.exec(line) ?? [];
  if (done !== undefined) return { stage: 'Deploying', text: `Deploying ${done} of ${all}` };
  if (/: (start|success): /.test(line)) return { stage: 'Publishing', text: 'Publishing' };
  if (line.includes('✅')) return { stage: 'Seeding', text: 'Seeding' };
  return /Bundling|Synthesis/.test(line) ? { stage: 'Synthesizing', text: 'Synthesizing' } : undefined;
}

/** Where progress is shown. */
export interface ProgressOutput {
  /** Lines can be replaced. */
  readonly moves: boolean;
  write(text: string): void;
  /** Milliseconds of a clock that only goes on. */
  now(): number;
}

/** See {@link showStart}. */
export interface StartProgress {
  onLine(line: string): void;
  /** Removes the line that moves. */
  end(): void;
  /** Everything that the CDK CLI has printed. */
  readonly lines: readonly string[];
}

/**
 * Shows how far starting is: one line that moves, or where no line can move one for each stage.
 *
 * @param verbose - shows every line of the CDK CLI instead.
 */
export function showStart({ moves, write, now }: ProgressOutput, verbose: boolean): StartProgress {
  const lines: string[] = [];
  const startedAt = now();
  let shown: Step | undefined;
  return {
    lines,
    onLine(line) {
      lines.push(line);
      if (verbose) {
        write(`   cdk | ${line}\n`);
        return;
      }
      const step = stepOf(line);
      if (step === undefined || (moves ? step.text : step.stage) === (moves ? shown?.text : shown?.stage)) return;
      // What comes late of an earlier stage is no news.
      if (shown !== undefined && STAGES.indexOf(step.stage) < STAGES.indexOf(shown.stage)) return;
      shown = step;
      const seconds = Math.round((now() - startedAt) / 1_000);
      write(moves ? `\r\u001B[K${step.text}, ${seconds} s` : `${step.stage}\n`);
    },
    end: () => {
      if (moves && !verbose && shown !== undefined) write('\r\u001B[K');
    },
  };
}
