import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';
import { findDrift } from '../../../../lambda/core/sweep/drift.ts';
import type {
  Inventory,
  ListedCognitoUser,
  ListedConnectUser,
  ReconciledRow,
} from '../../../../lambda/core/sweep/inventory.ts';

/** When drift is looked for, in epoch milliseconds. */
export const NOW = 1_767_268_800_000;
/** Milliseconds. */
export const MINUTE = 60_000;
/** As the list of Cognito shows her. */
export const MARY: ListedCognitoUser = {
  sub: 'sub-mary',
  username: 'mary',
  attributes: {},
  modifiedAt: NOW - 60 * MINUTE + 123,
  createdAt: NOW - 90 * MINUTE,
  providers: [],
};
/** As the list of Connect shows her. */
export const AGENT: ListedConnectUser = { id: 'connectUser-mary', username: 'mary', modifiedAt: NOW - 50 * MINUTE };
/** Reconciled half an hour ago; nothing has happened since. */
export const IN_STEP: ReconciledRow = {
  connectUserId: 'connectUser-mary',
  status: 'unchanged',
  policyHash: 'policy-1',
  syncedReadAt: NOW - 30 * MINUTE,
  cognitoModifiedAt: MARY.modifiedAt,
  connectModifiedAt: AGENT.modifiedAt,
};
/** Reconciled half an hour ago, when there was no Connect user of hers. */
export const UNLINKED: ReconciledRow = {
  status: 'unlinked',
  reason: 'no-connect-user',
  policyHash: 'policy-1',
  syncedReadAt: NOW - 30 * MINUTE,
  cognitoModifiedAt: MARY.modifiedAt,
};

/** What differs from a Mary who is linked and in step. */
export interface World extends Partial<Omit<Inventory, 'rows' | 'claims'>> {
  readonly row?: ReconciledRow | null;
  readonly claims?: Readonly<Record<string, string>>;
  readonly policy?: object;
}

/** Why Mary is a candidate, if she is. */
export function whyMary({ row = IN_STEP, claims = { 'connectUser-mary': 'sub-mary' }, policy = {}, ...lists }: World) {
  const inventory: Inventory = {
    users: [MARY],
    absent: new Set(),
    whole: true,
    connectUsers: [AGENT],
    members: undefined,
    exposure: { selfSignUp: false, writableAttributes: new Set() },
    history: NO_HISTORY,
    rows: new Map(row === null ? [] : [['sub-mary', row]]),
    claims: new Map(Object.entries(claims)),
    ...lists,
  };
  return findDrift(inventory, policySchema.parse(policy), 'policy-1', NOW).candidates[0]?.why;
}
