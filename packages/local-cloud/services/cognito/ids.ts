/** Identifiers and codes from one source of random numbers, so that a run can be repeated. */
export interface Ids {
  /** A version 4 UUID. */
  uuid(): string;
  /** A `sub`: in the form of a UUID, with any version and variant, as Cognito generates it. */
  sub(): string;
  /** `length` characters drawn from `alphabet`. */
  text(length: number, alphabet?: string): string;
  /** Six decimal digits, as in a verification code. */
  code(): string;
}

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Creates a source of identifiers.
 *
 * @param random - numbers in [0, 1); seeded in a simulation.
 */
export function createIds(random: () => number): Ids {
  const text = (length: number, alphabet = ALPHANUMERIC) =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
  const hex = (length: number) => text(length, '0123456789abcdef');
  return {
    text,
    code: () => text(6, '0123456789'),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${text(1, '89ab')}${hex(3)}-${hex(12)}`,
    sub: () => [8, 4, 4, 4, 12].map(hex).join('-'),
  };
}
