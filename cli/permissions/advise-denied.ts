import { TABLE_KEYS } from '../../lambda/config.ts';
import { COMMANDS, type Grant, RESOURCES } from './grants.ts';

/**
 * Tells a person whose call was denied which IAM action they lack, on what, and which of the policies for people has it. Pure.
 *
 * @param command - that they ran, for example `trigger show`; `undefined` when it is not known.
 * @param action - that AWS has denied, for example `dynamodb:Scan`; `undefined` when AWS has not said so.
 */
export function adviseOnDenied(command: string | undefined, action: string | undefined): readonly string[] {
  const lacked = `You lack ${action === undefined ? 'the permission for this call' : `the IAM action ${action}`}`;
  const name = command === undefined ? 'a command' : `connect-sync ${command}`;
  const { duty, grants = [] } = COMMANDS[command ?? ''] ?? {};
  const granting = grants.filter(({ actions }) => action !== undefined && actions.includes(action));
  if (duty === undefined || granting.length === 0)
    return [`${lacked}. docs/iam does not give it to ${name}: docs/cli.md lists what that calls.`];
  return [
    `${lacked} on ${[...new Set(granting.flatMap(placesOf))].join(' or ')}.`,
    `docs/iam/${duty}.json holds it, with all that ${name} calls; docs/iam/README.md says what to put in place of the capital words.`,
    'If you have that policy, another one denies the call: a service control policy, a permissions boundary or a resource policy.',
  ];
}

const placesOf = ({ on, keys }: Grant): readonly string[] =>
  on === 'everything'
    ? ['all resources (*)']
    : RESOURCES[on].map((arn) =>
        keys === undefined ? arn : `${arn} (its items ${keys.map((key) => TABLE_KEYS[key]).join(', ')})`,
      );
