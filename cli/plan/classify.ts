import { type Identity, type IdentityField, NAME_FIELDS } from '../../lambda/core/identity/identity.ts';
import { mapIdentity } from '../../lambda/core/identity/map-identity.ts';
import { nameToAdopt, whyHeld } from '../../lambda/core/links/adoption.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import type { Drift, DriftReason } from '../../lambda/core/sweep/drift.ts';
import { isListedInScope } from '../../lambda/core/sweep/drift.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser } from '../../lambda/core/sweep/inventory.ts';

/** What the product makes of a user, as far as the lists tell. */
export const PLANNED_KINDS = [
  'linked',
  'would-link',
  'held',
  'ambiguous',
  'no-connect-user',
  'connect-user-missing',
  'cognito-user-missing',
  'out-of-scope',
] as const;

/** One user of a plan. */
export interface PlannedUser {
  readonly sub: string;
  /** `null` for a user whom Cognito does not have any more. */
  readonly username: string | null;
  readonly connectUserId: string | null;
  readonly connectUsername: string | null;
  readonly what: (typeof PLANNED_KINDS)[number];
  /** Of a link that is not made. */
  readonly reason: string | null;
  /** Names that differ; `null` where they were not compared. */
  readonly nameFields: readonly IdentityField[] | null;
  /** Why the next pass of the sweep takes the user up; `null` when it does not. */
  readonly why: DriftReason | null;
}

/** What {@link classifyUsers} compares. */
export interface ClassifiedSides {
  readonly inventory: Inventory;
  readonly drift: Drift;
  readonly policy: Policy;
  /** With all mapped attributes, by sub. */
  readonly users: ReadonlyMap<string, ListedCognitoUser>;
  /** Names in Connect, by id. */
  readonly names: ReadonlyMap<string, Identity>;
}

/** Tells what becomes of every user who has a row or a namesake, from the lists alone: addresses are not in them. Pure. */
export function classifyUsers(sides: ClassifiedSides): readonly PlannedUser[] {
  const { inventory, drift, users } = sides;
  const why = new Map(drift.candidates.map((candidate) => [candidate.sub, candidate.why]));
  const connectById = new Map(inventory.connectUsers.map((user) => [user.id, user]));
  const known = inventory.users.map((listed) => {
    const user = users.get(listed.sub) ?? listed;
    const link = findLink(sides, connectById, user);
    return {
      sub: user.sub,
      username: user.username,
      ...link,
      nameFields: compareNameFields(sides, user, link.connectUserId),
      why: why.get(user.sub) ?? null,
    };
  });
  const gone = [...inventory.absent].map((sub): PlannedUser => {
    const connectUserId = inventory.rows.get(sub)?.connectUserId ?? null;
    const connectUsername = connectById.get(connectUserId ?? '')?.username ?? null;
    const found = { sub, username: null, connectUserId, connectUsername, reason: null, nameFields: null };
    return { ...found, what: 'cognito-user-missing', why: why.get(sub) ?? null };
  });
  return [...known, ...gone].sort((left, right) => (left.sub < right.sub ? -1 : 1));
}

type Link = Pick<PlannedUser, 'connectUserId' | 'connectUsername' | 'what' | 'reason'>;

const toLink = (what: Link['what'], user: ListedConnectUser | undefined, reason: string | null = null): Link => ({
  ...{ what, reason },
  connectUserId: user?.id ?? null,
  connectUsername: user?.username ?? null,
});

/** In the order of the worker: the link of the row, else the first rule that finds a Connect user. */
function findLink(
  { inventory, drift: { namesakes }, policy }: ClassifiedSides,
  connectById: ReadonlyMap<string, ListedConnectUser>,
  user: ListedCognitoUser,
): Link {
  const { rows, claims, exposure, history, members } = inventory;
  const { trustedProviders } = policy.email;
  const linkedId = rows.get(user.sub)?.connectUserId;
  if (!isListedInScope(policy, members, user)) return toLink('out-of-scope', connectById.get(linkedId ?? ''));
  if (linkedId !== undefined) {
    const linked = connectById.get(linkedId);
    if (linked !== undefined) return toLink('linked', linked);
    return { ...toLink('connect-user-missing', undefined), connectUserId: linkedId };
  }
  for (const rule of policy.adoption.rules) {
    if (nameToAdopt(rule, user) === undefined) continue;
    const found = namesakes.find(rule, user);
    if (found === undefined) continue;
    const held = whyHeld(rule, { exposure, history, createdAt: user.createdAt, user, trustedProviders });
    if (held !== undefined) return toLink('held', found, held.reason ?? null);
    const owner = claims.get(found.id);
    const isFree = owner === undefined || owner === user.sub;
    return isFree ? toLink('would-link', found) : toLink('ambiguous', found, 'claimed-by-another');
  }
  return toLink('no-connect-user', undefined);
}

function compareNameFields(
  { policy, names }: ClassifiedSides,
  { attributes }: ListedCognitoUser,
  connectUserId: string | null,
): readonly IdentityField[] | null {
  const shown = names.get(connectUserId ?? '');
  if (shown === undefined) return null;
  // The type makes no difference to a name.
  const desired = mapIdentity(attributes, policy.mapping, 'CONNECT_MANAGED');
  return NAME_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && wanted.value !== shown[field];
  });
}
