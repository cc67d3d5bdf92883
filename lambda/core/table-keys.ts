/**
 * How the partition keys of the table begin, by what the item is. The roles of the functions are made of the same names, so
 * that a function reads and writes the items that it needs and no others.
 */
export const TABLE_KEYS = {
  /** `user#<sub>`: what is known of a Cognito user. */
  user: 'user#',
  /** `claim#<Connect user id>`: which Cognito user has a Connect user. */
  claim: 'claim#',
  /** `budget#<hour>`: whose address has changed within the hour. */
  emailBudget: 'budget#',
  /** `rate-limit#<operation>`: the next free slot of a Connect operation. */
  rateLimit: 'rate-limit#',
  /** The one item that remembers what strangers could do in the pool. */
  exposure: 'exposure',
  /** The one item that says to which pool and instance the table belongs. */
  deployment: 'deployment',
  /** The one item of the sweep. */
  sweep: 'sweep',
  /** `sweep#match#<sub>`: the Connect user whose name differs in case only, found by the sweep. */
  caseMatch: 'sweep#match#',
} as const;
