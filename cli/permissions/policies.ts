import { TABLE_KEYS } from '../../lambda/config.ts';
import { COMMANDS, type Duty, type Grant, RESOURCES } from './grants.ts';

/** Duties in order: each may do what those before it may. */
export const DUTIES: readonly Duty[] = ['look', 'operate', 'release'];

/** Commands that a duty may use, its own and those of the duties before it. Pure. */
export const commandsOf = (duty: Duty): readonly string[] =>
  Object.entries(COMMANDS).flatMap(([name, { duty: needed }]) =>
    DUTIES.indexOf(needed) <= DUTIES.indexOf(duty) ? [name] : [],
  );

/** The IAM policy of a duty: a statement for each resource, and one for each limited set of items of the table. Pure. */
export function policyOf(duty: Duty) {
  const grants = commandsOf(duty).flatMap((name) => COMMANDS[name]?.grants ?? []);
  const groups = Map.groupBy(grants, ({ on, keys = [], attributes = [] }) => [on, ...keys, ...attributes].join(' '));
  return {
    Version: '2012-10-17',
    Statement: [...groups.values()].map(toStatement),
  };
}

function toStatement(grants: readonly Grant[]) {
  const [{ on, keys, attributes } = { on: 'everything' as const, keys: undefined, attributes: undefined }] = grants;
  return {
    Sid: [on, ...(keys ?? []), ...(attributes ?? [])]
      .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
      .join(''),
    Effect: 'Allow',
    Action: [...new Set(grants.flatMap(({ actions }) => actions))].toSorted(),
    Resource: RESOURCES[on],
    ...(keys && {
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys.map((key) => patternOf(TABLE_KEYS[key])) },
        ...(attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes } }),
        // A request that has no key at all meets the first condition.
        Null: { 'dynamodb:LeadingKeys': 'false', ...(attributes && { 'dynamodb:Attributes': 'false' }) },
      },
    }),
  };
}

const patternOf = (key: string): string => (key.endsWith('#') ? `${key}*` : key);
