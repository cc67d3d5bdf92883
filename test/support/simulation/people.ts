/** One person of a run. */
export interface Person {
  /**
   * `linked`: an hour ago, e-mail settled. `adoptable`: a Connect user of the same name waits. `none`: there is none. `alone`: there
   * is a Connect user and no Cognito user. `federated`: the same, and the name is that of a user of the identity provider.
   */
  readonly agent: 'linked' | 'adoptable' | 'none' | 'alone' | 'federated';
  /** The Connect user has the address that Cognito has, too. */
  readonly sameEmail: boolean;
  /** The Connect user holds the security profile Admin. */
  readonly admin: boolean;
  /** Member of the group `agents` (or holder of `custom:desk`) from the start. */
  readonly member: boolean;
}

/**
 * Every name, address, number and user name of a run has a mark, so that it is found where it must not be: in a queue, in a
 * row, in a log line.
 */
const PERSONAL = /zephyr|Zephyr|\+1206555/;

/** Whether a text has personal data. */
export const isPersonal = (text: string): boolean => PERSONAL.test(text);

export const GROUP = 'agents';
export const FIRST_NAMES = ['Zephyrana', 'Zephyrbea', 'Zephyrce\u0301line', ' Zephyrdora '];
export const LAST_NAMES = ['Zephyrjones', 'Zephyrsmith', 'Zephyrmu\u0308ller'];

/** Identity provider of federated people, and how it calls them. */
export const PROVIDER = 'Okta';
export const subjectOf = (person: number): string => `zephyr.fed${person}`;

/** User name in both services. */
export const usernameOf = (person: number): string => `zephyr.user${person}`;
/** Addresses of a person; the last one is outside `example.com`. */
export const emailOf = (person: number, address: number): string =>
  `zephyr${person}.${address}@${address === 3 ? 'elsewhere.example' : 'example.com'}`;
/** What Connect has at the beginning when it is not what Cognito has. */
export const oldEmailOf = (person: number): string => emailOf(person, 2);
export const phoneOf = (person: number, number: number): string => `+1206555${String(100 + person * 10 + number)}`;

/** What Connect holds of a person in the fields that no mapping owns. */
export const UNOWNED = { SecondaryEmail: 'zephyr.private@elsewhere.example', Mobile: '+12065550199' };
