import { AwsError } from '../../../../packages/local-cloud/service.ts';
import { act, people } from '../actions.ts';
import { quieten } from '../run-schedule.ts';
import { startWorld, type World } from '../world.ts';
import { attack } from './attack-actions.ts';
import { type AttackSchedule, type AttackStep, ORDINARY, type OrdinaryAction } from './attack-schedules.ts';
import { isForeign } from './foreign.ts';
import { createOperator, type Operator } from './operator.ts';

/** The invariants that an attacker would want to break. Other kinds of schedules check what arrives, and when. */
const WATCHED = [
  'e-mail',
  'one Connect user, one sub',
  'fields not owned',
  'personal data',
  'caller of Cognito',
] as const;

/**
 * Runs a schedule with an attacker to its end, and looks at every write to Connect: no address of the attacker is written that
 * a person has not released for this very user, and no account that a stranger has signed up is linked without a person.
 *
 * @returns every breach of this, and of the invariants that the watch looks at.
 */
export async function runAttack({ world: settings, steps }: AttackSchedule): Promise<readonly string[]> {
  const world = await startWorld(settings);
  const operator = createOperator(world);
  const breaches = new Set<string>();
  const accepted = new Set<string>();
  world.services.connect.onChange(({ kind, user: { Id = '', IdentityInfo = {} } }) => {
    if (kind !== 'updated') return;
    const sub = ownerOf(world, Id);
    for (const [field, value] of Object.entries(IdentityInfo)) {
      if (typeof value !== 'string') continue;
      // By releasing one address of a user, the operator has taken them for the person that the agent is: from then on what
      // Cognito has verified for this user is theirs.
      if (operator.hasReleased(sub, value)) accepted.add(`${sub} ${Id}`);
      else if (isForeign(value) && !accepted.has(`${sub} ${Id}`))
        breaches.add(`foreign address: ${field} of ${Id} is ${value}, which no person has released for ${sub}`);
    }
  });
  try {
    for (const { sub } of await people(world)) await world.send(sub);
    await runSteps(world, operator, steps, () => {
      for (const breach of strangersLinked(world, operator)) breaches.add(breach);
    });
    for (const problem of await quieten(world, steps)) breaches.add(problem);
    await world.sweep();
    for (const problem of [...(await quieten(world, steps)), ...strangersLinked(world, operator)])
      breaches.add(problem);
    const trusts = world.policy.email.trustedProviders.length > 0;
    const watched = world.watch.violations.filter(
      (breach) =>
        WATCHED.some((rule) => breach.startsWith(rule)) &&
        // A provider vouches for addresses that Cognito itself has not verified.
        !(trusts && breach.endsWith('was never verified for the person')),
    );
    return [...breaches, ...watched];
  } finally {
    world.close();
  }
}

const ownerOf = ({ table }: World, connectUserId: string): string =>
  String(table.all('user#').find((row) => row.connectUserId === connectUserId)?.sub);

const strangersLinked = ({ table }: World, { strangers, linked }: Operator): readonly string[] =>
  table.all('user#').flatMap(({ sub, connectUserId }) => {
    const unseen = strangers.has(String(sub)) && !linked.has(String(sub)) && connectUserId !== undefined;
    return unseen ? [`stranger: ${String(sub)} is linked to ${String(connectUserId)} without a person`] : [];
  });

async function runSteps(
  world: World,
  operator: Operator,
  steps: readonly AttackStep[],
  onStep: () => void,
): Promise<void> {
  const running: Promise<void>[] = [];
  const count = world.settings.people.length;
  for (const { afterMs, who, action } of steps) {
    if (afterMs > 0) await world.advance(afterMs);
    onStep();
    running.push(perform(world, operator, who % count, action));
  }
  await world.advance(30_000);
  await Promise.all(running);
  onStep();
}

async function perform(world: World, operator: Operator, person: number, action: AttackStep['action']): Promise<void> {
  if (isOrdinary(action)) return act(world, person, action);
  try {
    await attack(world, operator, person, action);
  } catch (error) {
    // What AWS refuses, an attacker does not get.
    if (!(error instanceof AwsError)) throw error;
  }
}

const isOrdinary = (action: AttackStep['action']): action is OrdinaryAction =>
  ORDINARY.some((name) => name === action.do);
