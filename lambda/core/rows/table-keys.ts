/**
 * The beginnings of the partition keys of the table, by kind of item. The roles of the functions use the same names, so a
 * function can read and write only the items that it needs.
 */
export const TABLE_KEYS = {
  /** `user#<sub>`: what is known of a Cognito user. */
  user: 'user#',
  /** `claim#<Connect user id>`: which Cognito user has a Connect user. */
  claim: 'claim#',
  /** `budget#<hour>`: the users whose address has changed within the hour. */
  emailBudget: 'budget#',
  /** `rate-limit#<operation>`: the next free slot of a Connect operation. */
  rateLimit: 'rate-limit#',
  /** The only item about what strangers could do in the pool. */
  exposure: 'exposure',
  /** The only item about the pool and the instance that the table belongs to. */
  deployment: 'deployment',
  /** The only item about the state of the sweep. */
  sweep: 'sweep',
  /** `sweep#match#<sub>`: the Connect user that the sweep found, whose name differs in case only. */
  caseMatch: 'sweep#match#',
} as const;
