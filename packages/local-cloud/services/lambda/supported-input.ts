import { AwsError, unsupported } from '../../service.ts';

/**
 * Refuses members that are given (not empty) and not modelled.
 *
 * @throws {AwsError} naming the member.
 */
export function onlySupported(operation: string, input: object, supported: readonly string[]): void {
  for (const [member, value] of Object.entries(input)) {
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!empty && !supported.includes(member)) throw unsupported(`${operation} with ${member}`);
  }
}

/** The error for a value that has the right form but is not allowed. */
export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValueException', message, 400);

/**
 * Checks an integer against the range in the API model.
 *
 * @throws {AwsError} `ValidationException`, in the words AWS uses for a violated model constraint.
 */
export function checkRange(member: string, value: number | undefined, minimum: number, maximum: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)) return;
  const bound = value < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
