import { InvalidArgumentError } from 'commander';
import { subSchema } from '../lambda/core/events/change.ts';

/** Parses text of a certain form; the message of a refusal says which. */
export function matching(pattern: RegExp, expected: string): (value: string) => string {
  return (value) => {
    if (pattern.test(value)) return value;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** Parses a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };

/** Parses a text that a script may have left empty by mistake. */
export const someText = matching(/\S/u, 'a text that is not empty');

/** Parses the name of an AWS Region. */
export const awsRegion = matching(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region such as eu-west-1');

/** Parses what says which Cognito user is meant. */
export const cognitoUser = matching(/\S/u, 'a sub, a user name or an address, not an empty text');

/** Parses the id or the user name of a Connect user. */
export const connectUser = matching(/^(?!arn:).{1,100}$/su, 'the id or the user name of a Connect user, not its ARN');

/** Parses the domain of addresses, as it stands behind the @. */
export const emailDomain = matching(
  /^[^@\s.]+(\.[^@\s.]+)+$/u,
  'the domain of an address, what stands behind its @, such as example.com',
);

/** Parses a Cognito sub, which Cognito writes in lower case. */
export function sub(value: string): string {
  const result = subSchema.safeParse(value);
  if (result.success) return result.data.toLowerCase();
  throw new InvalidArgumentError('Expected the sub of a user, a UUID such as 3b9f0c6e-1c1f-4a53-9a0e-0f3c2f1f5a11.');
}
