import type { ReleasesLeft } from '../core/holds.ts';
import type { Outcome, Reason } from '../core/outcome.ts';

/** How reconciling a user ended. */
export type UserResult =
  /** Every message announces a change that was read before. */
  | { readonly kind: 'covered' }
  /** A user without a row whom no rule may link unseen: the sweep tells whether there is anything to link with. */
  | { readonly kind: 'left-to-sweep'; readonly why: Reason }
  /** Reconcile again after so many seconds, although nothing failed. */
  | {
      readonly kind: 'again';
      readonly delaySeconds: number;
      readonly why: 'too-early' | 'cognito-user-missing' | 'settling' | 'repeats-address' | 'link-changed';
    }
  | {
      readonly kind: 'concluded';
      readonly outcome: Outcome;
      readonly connectUserId?: string | undefined;
      /** Releases of a person that let their values through. */
      readonly released?: ReleasesLeft['used'] | undefined;
    };
