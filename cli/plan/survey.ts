import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { rememberExposure } from '../../lambda/core/links/exposure.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import { findDrift } from '../../lambda/core/sweep/drift.ts';
import type { ListedCognitoUser } from '../../lambda/core/sweep/inventory.ts';
import { countNearMisses, findNearMisses } from '../../lambda/core/sweep/near-misses.ts';
import type { Clock, CognitoUserList, ListOptions, VisitUser } from '../../lambda/ports.ts';
import type { InventoryDeps } from '../../lambda/sweep/deps.ts';
import { takeInventory } from '../../lambda/sweep/take-inventory.ts';
import { type ClassifiedSides, classifyUsers, type PlannedUser } from './classify.ts';
import type { ConnectNames, PlanSources } from './ports.ts';

/** What {@link surveyInstance} works with. */
export interface SurveyDeps {
  readonly sources: PlanSources;
  readonly policy: Policy;
  readonly listsPerSecond: number;
  readonly clock: Clock;
  /** Ends the list of Cognito early; what follows is not shown then. */
  readonly signal: AbortSignal;
  /** Is told what a person should know about the lists. */
  readonly warn: (text: string) => void;
  /** Is told how many Cognito users have been listed. */
  readonly onListed: (users: number) => void;
}

/** Both sides as the lists show them, and what the product makes of each user. */
export interface SidesSurvey extends ClassifiedSides {
  readonly planned: readonly PlannedUser[];
  readonly listing: Awaited<ReturnType<typeof takeInventory>>['listing'];
  readonly nearMisses: ReturnType<typeof countNearMisses>;
  readonly searchCalls: number;
}

/** Longest time to retry lists. */
const LISTING_MS = 60 * 60_000;

/** Lists both sides as the sweep does, with the names that Connect shows in a search beside it. Writes nothing. */
export async function surveyInstance(deps: SurveyDeps): Promise<SidesSurvey> {
  const { sources, policy, clock, warn } = deps;
  const { kept, policyHash } = sources;
  const deadline = clock.now() + LISTING_MS;
  const users = new Map<string, ListedCognitoUser>();
  const history = await kept.exposureHistory();
  const inventoryDeps: InventoryDeps = {
    pool: { ...keepListed(deps, users), facts: sources.pool.facts, exposure: sources.pool.exposure },
    directory: sources.connectList,
    table: {
      rowsAndClaims: () => kept.rowsAndClaims(),
      rememberExposure: async (exposure, watched, now) => rememberExposure(history, exposure, watched, now),
    },
    policy,
    cognitoListsPerSecond: deps.listsPerSecond,
    clock,
    logger: { warn: (_, { advice } = {}) => warn(String(advice)) },
  };
  const [{ inventory, traits, listing }, { names, calls }] = await Promise.all([
    takeInventory(inventoryDeps, deadline),
    readNames(deps, deadline),
  ]);
  const drift = findDrift(inventory, policy, policyHash, clock.now());
  const sides: ClassifiedSides = { inventory, drift, policy, users, names };
  return {
    ...sides,
    planned: classifyUsers(sides),
    listing,
    nearMisses: countNearMisses(findNearMisses(inventory, drift.namesakes, policy, traits)),
    searchCalls: calls,
  };
}

/** When the caller may not search names, names are not compared, and a warning says so. */
async function readNames({ sources, warn }: SurveyDeps, deadline: number): Promise<ConnectNames> {
  try {
    return await sources.connectNames(deadline);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    warn(`Names in Connect were not compared: ${error.message}`);
    return { names: new Map(), calls: 0 };
  }
}

/** Lists that keep every user they show, with the attributes that the worker reads and the attribute `email`. */
function keepListed(
  { sources: { pool }, signal, onListed }: SurveyDeps,
  users: Map<string, ListedCognitoUser>,
): Omit<CognitoUserList, 'facts'> {
  const keep =
    (visit: VisitUser): VisitUser =>
    (user) => {
      users.set(user.sub, user);
      if (users.size % 60 === 0) onListed(users.size);
      visit(user);
    };
  const more = (options: ListOptions): ListOptions => ({
    ...options,
    attributes: new Set([...options.attributes, 'email']),
    enough: (pages) => signal.aborted || (options.enough?.(pages) ?? false),
  });
  return {
    users: (options, visit) => pool.users(more(options), keep(visit)),
    members: (group, options, visit) => pool.members(group, more(options), keep(visit)),
    found: (question, options, visit) => pool.found(question, more(options), keep(visit)),
  };
}
