import type { ReleasesLeft } from '../core/holds/hold-digests.ts';
import type { Outcome, Reason } from '../core/outcome.ts';

/** Delay after another process has changed the link during reconciling. */
export const LINK_CHANGED_SECONDS = 1;

/** How reconciling a user ended. */
export type UserResult =
  /** Every message announces a change that an earlier reconciliation has read. */
  | { readonly kind: 'covered' }
  /** A user without a row, whom a rule may not link. The sweep finds out whether Connect has a namesake. */
  | { readonly kind: 'left-to-sweep'; readonly why: Reason }
  /** Nothing failed. Reconcile again after so many seconds. */
  | {
      readonly kind: 'again';
      readonly delaySeconds: number;
      readonly why:
        | 'too-early'
        | 'cognito-user-missing'
        | 'connect-user-missing'
        | 'settling'
        | 'repeats-address'
        | 'link-changed';
    }
  | {
      readonly kind: 'concluded';
      readonly outcome: Outcome;
      readonly connectUserId?: string | undefined;
      /** Releases whose values were written. */
      readonly released?: ReleasesLeft['used'] | undefined;
    };
