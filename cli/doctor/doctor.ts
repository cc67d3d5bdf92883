import type { Command } from 'commander';
import { addCommand, type CommandOptions } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { CHECKS } from './all-checks.ts';
import type { DoctorFacts } from './facts.ts';
import { readFacts } from './read-facts.ts';
import { type Checked, renderChecks } from './render-checks.ts';
import { nameStack, readConfiguration } from './target.ts';

/** Runs every check that applies. Pure. */
export const runChecks = (facts: DoctorFacts): readonly Checked[] =>
  CHECKS.flatMap(({ name, decide }) => {
    const verdict = decide(facts);
    return verdict === undefined ? [] : [{ name, verdict }];
  });

/**
 * Reports what the checks say of the facts.
 *
 * @returns in order unless there is a problem; warnings and gaps are none.
 */
function reportChecks(terminal: Terminal, facts: DoctorFacts, { json }: { readonly json: boolean }): Exit {
  const checked = runChecks(facts);
  const healthy = checked.every(({ verdict }) => verdict.state !== 'problem');
  const deployed = facts.deployment.state === 'read' && facts.deployment.value !== undefined;
  if (json) {
    const checks = checked.map(({ name, verdict }) => ({ check: name, ...verdict }));
    terminal.json({ healthy, deployed, checks });
  } else {
    terminal.out(renderChecks(checked));
    if (facts.deployment.state === 'read' && !deployed)
      terminal.note('There is no deployment yet, so its parts were not checked. To deploy: npx cdk deploy');
  }
  return healthy ? EXIT.inOrder : EXIT.attention;
}

/** Adds `doctor`. */
export function addDoctor(program: Command, deps: ProgramDeps): void {
  addCommand(
    program,
    'doctor',
    'whether account, pool, instance, trail, quotas and deployment are as they have to be; works before the first deployment too',
    [],
  ).action(async (options: CommandOptions) => {
    const configuration = await readConfiguration(deps);
    // The Region of the pool wins over --region: no other Region has the pool.
    const wanted = configuration?.userPoolId?.split('_')[0] ?? options.region;
    const connections = await deps.connect({ region: wanted, profile: options.profile });
    const doctor = await connections.doctor();
    const stackName = await nameStack(connections.stacks, options.stack, configuration);
    const { now, sleep, version } = deps;
    const target = { region: connections.region, givenRegion: options.region, stackName, configuration };
    const facts = await readFacts({ ...connections, doctor, now, sleep, version }, target);
    deps.onExit(reportChecks(deps.terminal, facts, options));
  });
}
