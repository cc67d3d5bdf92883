import { OUTPUTS } from '../../../lib/outputs.ts';
import { deleteStackCommand, isBeingRemoved, stackEventsCommand } from '../../deployment/removal.ts';
import { type Check, judge, listed, MEND, ok, problem, type Verdict, warning } from '../check.ts';
import type { DeploymentFacts, DeploymentParts, DoctorFacts } from '../facts.ts';
import type { StackFacts } from '../ports.ts';

/** Decides by a deployment that is there; without one the check does not apply. */
const ofDeployment = (
  { deployment }: DoctorFacts,
  decide: (deployment: DeploymentFacts) => Verdict | undefined,
): Verdict | undefined => judge(deployment, (found) => found && decide(found));

/** Decides by the parts of a deployment; where the stack names none, the check of the stack says so. */
export const ofParts = (
  facts: DoctorFacts,
  decide: (parts: DeploymentParts, stack: StackFacts) => Verdict | undefined,
): Verdict | undefined =>
  ofDeployment(facts, ({ parts, stack }) => {
    const verdict = parts && decide(parts, stack);
    if (verdict === undefined || !('command' in verdict) || verdict.command !== MEND || !isBeingRemoved(stack.status))
      return verdict;
    const advice = 'The stack is being removed and takes no update. Finish the removal, then deploy again:';
    return { ...verdict, advice, command: deleteStackCommand(stack.name, facts.region) };
  });

/** A stack in a good state has outputs that say where its parts are. */
const decideOnOutputs = (name: string, parts: DeploymentParts | undefined): Verdict =>
  parts === undefined
    ? problem(
        `Stack ${name} does not say where its parts are: it is not a stack of this product, or of an earlier version.`,
        'Name the right one with --stack, or deploy it again:',
        'npx cdk deploy',
      )
    : ok(`Stack ${name} is deployed.`);

/** The stack, and how far it is from the configuration and this program. */
export const STACK_CHECKS: readonly Check[] = [
  {
    name: 'stack',
    decide: (facts) =>
      ofDeployment(facts, ({ stack: { name, status }, parts }) => {
        if (/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status)) {
          return status.startsWith('UPDATE_ROLLBACK')
            ? warning(
                `The last update of stack ${name} failed and was taken back.`,
                'See why, and deploy again:',
                stackEventsCommand(name, facts.region),
              )
            : decideOnOutputs(name, parts);
        }
        if (status === 'DELETE_FAILED')
          return problem(
            `Stack ${name} is in the state DELETE_FAILED: its removal is not finished, and its resources may be missing.`,
            `It can only be deleted. Empty the trigger slots first (connect-sync trigger detach). See why it failed (${stackEventsCommand(name, facts.region)}), then delete it again:`,
            deleteStackCommand(name, facts.region),
          );
        if (status.endsWith('_IN_PROGRESS'))
          return warning(
            `Stack ${name} is being changed (${status}).`,
            'Wait, and run doctor again:',
            'npx connect-sync doctor',
          );
        return problem(
          `Stack ${name} is in the state ${status}.`,
          'See why, and deploy again:',
          stackEventsCommand(name, facts.region),
        );
      }),
  },
  {
    name: 'version',
    decide: (facts) =>
      ofParts(facts, (_, { outputs }) => {
        const { [OUTPUTS.version]: deployed } = outputs;
        if (deployed === facts.cliVersion) return ok(`Stack and command line are version ${deployed}.`);
        return warning(
          `The stack is version ${deployed ?? 'unknown'}, and this command line is ${facts.cliVersion}.`,
          'Deploy the stack with the same version, or install that version of the command line:',
          'npx cdk deploy',
        );
      }),
  },
  {
    name: 'configuration',
    decide: ({ notDeployed }) =>
      notDeployed &&
      judge(notDeployed, (differing) =>
        differing.length === 0
          ? ok('The deployed settings are those of connect-sync.json.')
          : warning(
              `connect-sync.json is not what is deployed: ${listed(differing)}.`,
              'Deploy it, or take the change back:',
              'npx cdk deploy',
            ),
      ),
  },
  {
    name: 'mode',
    decide: ({ settings }) =>
      judge(settings, ({ policy: { mode } }) =>
        mode === 'observe'
          ? ok('The mode is observe: nothing is written to Connect.')
          : ok('The mode is sync: changes are written to Connect.'),
      ),
  },
];
