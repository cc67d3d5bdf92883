import { AwsError, type Cloud } from '../../service.ts';

/** The ARN of an unqualified function. */
export const functionArn = (cloud: Cloud, name: string): string =>
  `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;

/** The error for a function or a version that does not exist. */
export const functionNotFound = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);

const FORM =
  /^(?:(?:arn:aws:lambda:(?<region>[a-z0-9-]+):)?(?<account>\d{12}):function:)?(?<name>[A-Za-z0-9-_]{1,64})(?::(?<qualifier>[$A-Za-z0-9-_]+))?$/;

/**
 * Reads a function name in any form that the API accepts: name, ARN or partial ARN, with or without a qualifier.
 *
 * @returns the name only.
 * @throws {AwsError} `ValidationException`, or `ResourceNotFoundException` for another account, Region or version.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
 */
export function bareName(cloud: Cloud, name: string | undefined, qualifier?: string): string {
  const parts = FORM.exec(name ?? '')?.groups;
  if (parts?.name === undefined) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${name ?? ''}' at 'functionName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: ${FORM.source}`,
    );
  }
  const { region = cloud.region, account = cloud.accountId } = parts;
  const version = qualifier ?? parts.qualifier ?? '$LATEST';
  if (region !== cloud.region) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${region}' are not reachable in this region ('${cloud.region}')`,
      404,
    );
  }
  if (account !== cloud.accountId) throw functionNotFound(name ?? '');
  if (version !== '$LATEST') throw functionNotFound(`${functionArn(cloud, parts.name)}:${version}`);
  return parts.name;
}
