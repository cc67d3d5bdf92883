/** As in `actions.ts`: who signs in, signs in by it. */
export const STRANGER_PASSWORD = 'Zephyr-1-password';

/** Mailboxes of the attacker: one in the domain of the company, one elsewhere. */
export const foreignEmailOf = (person: number, mailbox: number): string =>
  `zephyr.mallory${person}.${mailbox}@${mailbox % 2 === 0 ? 'example.com' : 'elsewhere.example'}`;

/** Whether a text is an address of the attacker. */
export const isForeign = (text: string): boolean => text.includes('.mallory');
