import type { PlannedUser } from './classify.ts';
import type { RehearsedField, RehearsedUser } from './rehearse.ts';

/** What of a person is shown: user names and values only when asked for. */
export interface Shown {
  readonly names: boolean;
  readonly values: boolean;
}

/** What a detailed plan says of a user: how it ends, or why that is not known. */
export type DetailedUser = RehearsedUser | { readonly sub: string; readonly failure: string };

/** A user of a plan, as JSON has it. Pure. */
export function viewPlanned(
  { sub, username, connectUserId, connectUsername, what, reason, nameFields, why }: PlannedUser,
  detail: DetailedUser | undefined,
  shown: Shown,
) {
  return {
    sub,
    ...(shown.names && { username }),
    connectUserId,
    ...(shown.names && { connectUsername }),
    ...{ what, reason, nameFields, candidate: why },
    ...(detail !== undefined && { detail: viewDetail(detail, shown) }),
  };
}

function viewDetail(detail: DetailedUser, shown: Shown) {
  if ('failure' in detail) return { failure: detail.failure };
  const { connectUserId, outcome, fields } = detail;
  const { status, reason = null, changed, withheld } = outcome;
  return {
    ...{ connectUserId, status, reason, changed },
    withheld: withheld.map(({ field, kind, reason: why }) => ({ field, kind, reason: why })),
    fields: fields.map((field) => viewField(field, shown)),
  };
}

const viewField = ({ field, what, reason, connect, cognito }: RehearsedField, { values }: Shown) => ({
  ...{ field, what, reason },
  ...(values && { connect, cognito }),
});
