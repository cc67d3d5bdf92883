import { AwsError } from '../../service.ts';

interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

const NAME: Constraint = { min: 1, max: 128, pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u };
const CODE: Constraint = { min: 1, max: 2048, pattern: /^\S+$/ };

/**
 * Length, range and pattern of request members by name.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html and siblings
 */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  UserPoolId: { min: 1, max: 55, pattern: /^[\w-]+_[0-9a-zA-Z]+$/ },
  PoolName: { min: 1, max: 128, pattern: /^[\w\s+=,.@-]+$/ },
  ClientId: { min: 1, max: 128, pattern: /^[\w+]+$/ },
  ClientName: { min: 1, max: 128, pattern: /^[\w\s+=,.@-]+$/ },
  Username: NAME,
  GroupName: NAME,
  AccessToken: { pattern: /^[A-Za-z0-9\-_=.]+$/ },
  Code: CODE,
  ConfirmationCode: CODE,
  Password: { max: 256, pattern: /^[\S]+.*[\S]+$|^\S$/ },
  AttributeName: { min: 1, max: 32 },
  Filter: { max: 256 },
  Limit: { min: 0, max: 60 },
  MaxResults: { min: 1, max: 60 },
};

function breach(value: unknown, { min, max, pattern }: Constraint): string | undefined {
  const unit = typeof value === 'number' ? 'value' : 'length';
  const size = typeof value === 'number' ? value : String(value).length;
  if (min !== undefined && size < min) return `have ${unit} greater than or equal to ${min}`;
  if (max !== undefined && size > max) return `have ${unit} less than or equal to ${max}`;
  if (pattern !== undefined && !pattern.test(String(value)))
    return `satisfy regular expression pattern: ${pattern.source}`;
  return undefined;
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/**
 * Makes the checks that AWS makes before it reads any state.
 *
 * @throws {AwsError} `InvalidParameterException` that lists every member that breaks its constraint.
 */
export function checkConstraints(input: Readonly<Record<string, unknown>>, needs: readonly string[]): void {
  const errors = needs
    .filter((name) => input[name] === undefined || input[name] === null)
    .map((name) => `Value at '${lowerFirst(name)}' failed to satisfy constraint: Member must not be null`);
  for (const [name, value] of Object.entries(input)) {
    const constraint = CONSTRAINTS[name];
    const rule = constraint && value !== undefined && value !== null ? breach(value, constraint) : undefined;
    if (rule !== undefined)
      errors.push(`Value at '${lowerFirst(name)}' failed to satisfy constraint: Member must ${rule}`);
  }
  if (errors.length === 0) return;
  const head = `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: `;
  throw new AwsError('InvalidParameterException', head + errors.join('; '));
}
