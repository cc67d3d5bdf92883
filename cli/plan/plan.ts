import { type Command, Option } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { needsPerson } from '../../lambda/core/sweep/near-misses.ts';
import { addCommand, type CommandOptions } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { readIfThere } from '../read-if-there.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { estimatePass } from './estimate.ts';
import { findTarget, PLAN_PLACES } from './find-target.ts';
import type { ReadsFile } from './kept-reads.ts';
import type { PlanSources, PlanTarget } from './ports.ts';
import { type ReadDetails, readDetails } from './read-details.ts';
import { renderCsv } from './render-csv.ts';
import { renderDetails, renderEstimate, renderSurvey } from './render-instance.ts';
import { type SidesSurvey, surveyInstance } from './survey.ts';
import { viewPlanned } from './view-plan.ts';

/** What {@link planInstance} works with. */
export interface PlanDeps {
  readonly sources: PlanSources;
  readonly target: PlanTarget;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Keeps what was read with details, so that an interrupted plan can go on. */
  readonly readsFile?: ReadsFile | undefined;
}

/** What of a plan is wanted, and in which form. */
export interface PlanOptions {
  readonly details: boolean;
  readonly json: boolean;
  readonly csv: boolean;
  readonly names: boolean;
  readonly showValues: boolean;
}

/**
 * `plan`: what the product makes of a pool and an instance, before anything is written. From lists alone, or with each user read
 * on both sides and reconciled by the worker's own code. Nothing is stored.
 *
 * @returns in order when the next pass has nothing to do and no person is needed.
 */
export async function planInstance(deps: PlanDeps, options: PlanOptions): Promise<Exit> {
  const { sources, target, terminal, signal } = deps;
  const clock = { now: deps.now, sleep: deps.sleep };
  const { policy, listsPerSecond, requestsPerSecond } = target;
  const progress = startProgress({ terminal, now: deps.now }, 'Cognito users listed');
  const survey = await surveyInstance({
    ...{ sources, policy, listsPerSecond, clock, signal },
    warn: (text) => terminal.note(text),
    onListed: progress.at,
  });
  progress.end();
  if (signal.aborted) return interrupted(terminal, 'The lists were not read to their end.');
  const { instanceId } = target;
  const kept = deps.readsFile && { file: deps.readsFile, instanceId };
  const read = options.details ? await readDetails({ sources, clock, terminal, signal, kept }, survey) : undefined;
  const candidates = survey.drift.candidates.length;
  const complete = read === undefined || read.details.size === candidates;
  const rehearsed = [...(read?.details.values() ?? [])].flatMap((detail) => ('failure' in detail ? [] : [detail]));
  const estimate = estimatePass(survey.planned, read && complete ? rehearsed : undefined, {
    policy,
    requestsPerSecond,
  });
  const shown = { names: options.names || options.showValues, values: options.showValues };
  if (options.csv) terminal.out(renderCsv(survey.planned, read?.details, shown));
  else if (options.json)
    terminal.json({
      userPoolId: target.userPoolId,
      instanceId: target.instanceId,
      mode: policy.mode,
      ...{ listing: survey.listing, nearMisses: survey.nearMisses, nextPass: estimate, complete },
      users: survey.planned.map((user) => viewPlanned(user, read?.details.get(user.sub), shown)),
    });
  else {
    terminal.out(renderSurvey(survey, target));
    if (read === undefined) terminal.out('Addresses were not read: Connect shows them one user at a time (--details).');
    else terminal.out(renderDetails([...read.details.values()], candidates));
    terminal.out(renderEstimate(estimate, policy, requestsPerSecond));
  }
  if (options.showValues && !options.details)
    terminal.note('--show-values: without --details no values are read; names alone are shown.');
  return conclude(deps, survey, read);
}

function conclude({ terminal, signal, readsFile }: PlanDeps, survey: SidesSurvey, read: ReadDetails | undefined): Exit {
  const { drift, nearMisses } = survey;
  if (read?.refused !== undefined) {
    terminal.note(`${read.details.size} of ${drift.candidates.length} users were read: ${read.refused.message}`);
    return EXIT.remote;
  }
  if (signal.aborted)
    return interrupted(
      terminal,
      `${read?.details.size ?? 0} of ${drift.candidates.length} users were read.`,
      readsFile === undefined
        ? 'repeat the command to read all. With --resume FILE an interrupted plan goes on where it ended.'
        : 'repeat the command to go on.',
    );
  return drift.candidates.length === 0 && !needsPerson(nearMisses) ? EXIT.inOrder : EXIT.attention;
}

function interrupted(terminal: Terminal, how: string, next = 'repeat the command to read all.'): Exit {
  terminal.note(`Interrupted. ${how} Nothing was written to AWS; ${next}`);
  return EXIT.interrupted;
}

/** The file of reads, with what it has. */
async function openReadsFile(deps: ProgramDeps, path: string): Promise<ReadsFile> {
  const text = await readIfThere(deps, path);
  return { text, append: (line) => deps.appendFile(path, line) };
}

type PlanFlags = CommandOptions & PlanOptions & { readonly config?: string; readonly resume?: string };

/** Adds `plan`. */
export function addPlan(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'plan', 'what the product would make of both sides, before anything is written', PLAN_PLACES)
    .option('--config <file>', 'configuration whose policy counts (default: that of the deployment)')
    .option('--details', 'read every user on both sides, and say what the worker would do', false)
    .addOption(new Option('--csv', 'write comma-separated values to stdout').default(false).conflicts('json'))
    .option('--names', 'show the user names of both sides', false)
    .option('--show-values', 'with --details: show names, addresses and numbers of both sides', false)
    .option('--resume <file>', 'with --details: keep what was read in a file, and go on from it after an interruption')
    .action(async (options: PlanFlags) => {
      if (options.resume !== undefined && !options.details)
        throw new ConfigError('usage', '--resume: add --details; lists alone take seconds.');
      const readsFile = options.resume === undefined ? undefined : await openReadsFile(deps, options.resume);
      const configuration = options.config === undefined ? undefined : deps.configuration(options.config);
      const atHand = () => deps.configuration(undefined);
      const pool = configuration?.userPoolId ?? (options.stack === undefined ? atHand()?.userPoolId : undefined);
      const region = options.region ?? pool?.split('_')[0];
      const connections = await deps.connect({ region, profile: options.profile });
      const target = await findTarget(
        { ...connections, note: (line) => deps.terminal.note(line) },
        { ...options, configuration, atHand },
      );
      deps.onExit(
        await planInstance({ ...deps, target, sources: connections.planSources(target), readsFile }, options),
      );
    });
}
