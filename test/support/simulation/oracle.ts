import { NO_NAMESAKE } from '../../../lambda/core/sweep/list-plan.ts';
import { people } from './actions.ts';
import type { PlainItem } from './table.ts';
import type { Fields } from './watch.ts';
import type { World } from './world.ts';

/** The newest state of a user of Connect. Reads may still show an older one. */
interface Agent {
  readonly Id: string;
  readonly Username: string;
  readonly IdentityInfo: Fields;
}

/**
 * Compares both services and the table as they are now, without asking the product: every user in scope has the mapped
 * identity in Connect, or its row says why not and that is true. Only meaningful when nothing is left to do.
 *
 * @returns what is wrong; empty when all have converged.
 */
export async function findDrift(world: World): Promise<readonly string[]> {
  const { connect } = world.services;
  const { users: agents } = connect.admin.users() as { readonly users: readonly Agent[] };
  const problems: string[] = [];
  const present = await people(world);
  for (const { username, sub, attributes } of present) {
    const row = world.table.get(`user#${sub}`);
    const say = (problem: string) => problems.push(`${username}: ${problem} (row: ${JSON.stringify(row?.status)})`);
    if (!(await isInScope(world, username, attributes))) {
      if (row !== undefined && row.status !== 'out-of-scope') say('is out of scope');
      continue;
    }
    if (row === undefined) {
      // The user has no Connect user, so no row is needed.
      const hasNamesake = agents.some(({ Username }) => Username === username);
      if (hasNamesake) say(world.settings.pool.selfSignUp ? 'is left to the sweep' : 'has no row');
      continue;
    }
    const agent = agents.find(({ Id }) => Id === row.connectUserId);
    const candidate = agents.find(({ Username }) => Username === username);
    if (agent === undefined) {
      const why = whyUnlinked(world, row, sub, candidate);
      if (why !== undefined) say(why);
      continue;
    }
    for (const problem of compare(world, row, attributes, agent)) say(problem);
  }
  for (const row of world.table.all('user#')) {
    const gone = !present.some(({ sub }) => sub === row.sub);
    // A row without a link and without a namesake, or out of scope, is not asked for: nothing depends on it.
    const isLeft = row.connectUserId === undefined && NO_NAMESAKE.has(String(row.reason));
    const matters = row.status !== 'out-of-scope' && !isLeft;
    if (gone && matters && row.status !== 'cognito-user-missing')
      problems.push(`${String(row.sub)} is gone (row: ${String(row.status)})`);
  }
  return problems;
}

async function isInScope({ policy, services, userPoolId }: World, Username: string, attributes: Map<string, string>) {
  const { scope } = policy;
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return attributes.get(scope.attribute) === scope.equals;
  const { Groups } = await services.call<{ readonly Groups: readonly { GroupName: string }[] }>(
    'cognito-idp',
    'AdminListGroupsForUser',
    { UserPoolId: userPoolId, Username },
  );
  return Groups.some(({ GroupName }) => GroupName === scope.group);
}

/** What is wrong about a row without a link, if anything. */
function whyUnlinked({ table, settings }: World, row: PlainItem, sub: string, candidate: Agent | undefined) {
  if (row.status === 'connect-user-missing' && row.connectUserId === undefined) return undefined;
  // The sweep leaves a row out of scope alone until Connect has the name: before that nothing depends on it.
  if (candidate === undefined)
    return row.status === 'unlinked' || row.status === 'out-of-scope'
      ? undefined
      : 'there is no Connect user to link with';
  if (settings.pool.selfSignUp) return row.reason === 'open-sign-up' ? undefined : 'a stranger could be linked';
  const claim = table.get(`claim#${candidate.Id}`);
  if (claim !== undefined && claim.sub !== sub) {
    return row.reason === 'claimed-by-another' ? undefined : `${candidate.Id} is claimed by another`;
  }
  return `${candidate.Id} waits to be linked`;
}

interface Withheld {
  readonly field: string;
  readonly reason: string;
}

/** Differences between what Cognito has and what a linked Connect user has that the row does not account for. */
function compare(world: World, row: PlainItem, attributes: Map<string, string>, agent: Agent): readonly string[] {
  const { mapping } = world.policy;
  const withheld = (row.withheld ?? []) as readonly Withheld[];
  const problems: string[] = [];
  const sources = { FirstName: 'given_name', LastName: 'family_name', Email: 'email', SecondaryEmail: 'email' };
  const fields = { ...sources, ...(mapping.Mobile === null ? {} : { Mobile: 'phone_number' }) };
  for (const [field, source] of Object.entries(fields)) {
    const rule = mapping[field as keyof typeof mapping];
    if (rule === null || rule === undefined || (field === 'Email' && world.settings.type === 'SAML')) continue;
    const wanted = (attributes.get(source) ?? '').normalize('NFC').trim();
    const found = agent.IdentityInfo[field];
    const why = withheld.find((each) => each.field === field);
    // Where Connect keeps what a request leaves out, nothing is known that clears a field.
    const clears = rule.blank === 'clear' && world.settings.connect.identityUpdate !== 'merge';
    if (wanted === '' && clears && (found ?? '') !== '') problems.push(`${field} is not cleared`);
    if (wanted === '' || wanted === found) continue;
    if (why === undefined) problems.push(`${field} is ${found} instead of ${wanted}`);
    else if (!isTrue(world, why, row, attributes, wanted)) problems.push(`${field} is withheld: ${why.reason}`);
  }
  return problems;
}

/** Whether the reason that a row gives holds. */
function isTrue(
  { policy, settings, table }: World,
  { reason }: Withheld,
  row: PlainItem,
  attributes: Map<string, string>,
  wanted: string,
): boolean {
  switch (reason) {
    case 'email-not-verified':
      return attributes.get('email_verified')?.toLowerCase() !== 'true';
    case 'domain-not-allowed':
      return !policy.email.allowedDomains.some((domain) => wanted.endsWith(`@${domain}`));
    case 'protected-profile':
      return settings.people.some(({ admin }) => admin);
    case 'first-email':
      return !policy.adoption.trustFirstEmail && row.firstEmail === true;
    case 'email-budget':
      return table
        .all('budget#')
        .some(({ subs }) => ((subs as ReadonlySet<string> | undefined)?.size ?? 0) >= policy.email.maxUsersPerHour);
    default:
      return false;
  }
}
