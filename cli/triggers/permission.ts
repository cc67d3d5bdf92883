import type { PolicyStatement } from '../deployment/ports.ts';
import { isObject, type Json } from '../json.ts';

const COGNITO = 'cognito-idp.amazonaws.com';
const INVOKE = ['lambda:InvokeFunction', 'lambda:*', '*'];

/**
 * Whether a function's resource policy lets Cognito invoke the function for a pool. Conditions on anything but the
 * source count as not met. Pure.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export const permitsPool = (statements: readonly PolicyStatement[], userPoolArn: string): boolean =>
  statements.some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      (Principal === '*' || (isObject(Principal) && listOf(Principal.Service).includes(COGNITO))) &&
      listOf(Action).some((action) => INVOKE.includes(action)) &&
      isMet(Condition, userPoolArn),
  );

/** The command that gives the permission which is missing. Pure. */
export const describePermission = (functionArn: string, userPoolArn: string): string =>
  `aws lambda add-permission --region ${functionArn.split(':')[3]} --function-name ${functionArn} --statement-id cognito-${userPoolArn.split('/').at(-1)} ` +
  `--action lambda:InvokeFunction --principal ${COGNITO} --source-arn ${userPoolArn} --source-account ${accountOf(userPoolArn)}`;

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

const listOf = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');

function isMet(condition: Json | undefined, userPoolArn: string): boolean {
  if (condition === undefined) return true;
  if (!isObject(condition)) return false;
  return Object.entries(condition).every(
    ([operator, keys]) =>
      isObject(keys) &&
      Object.entries(keys).every(([key, values]) => {
        const actual = { 'aws:sourcearn': userPoolArn, 'aws:sourceaccount': accountOf(userPoolArn) }[key.toLowerCase()];
        const matches = MATCHERS[operator];
        return actual !== undefined && matches !== undefined && listOf(values).some((value) => matches(value, actual));
      }),
  );
}

const like = (pattern: string, actual: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(actual);
const equal = (value: string, actual: string): boolean => value === actual;

const MATCHERS: Readonly<Record<string, (value: string, actual: string) => boolean>> = {
  StringEquals: equal,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
};
