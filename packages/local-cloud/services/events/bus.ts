import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError, type Cloud, unsupported } from '../../service.ts';
import type { EventPattern } from './pattern.ts';

/** The states a rule can be in. */
export const RULE_STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** A rule of the default bus with its targets by id. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly targets: Map<string, Target & { readonly Id: string; readonly Arn: string }>;
  readonly eventPattern: string;
  readonly matches: EventPattern;
  readonly description: string | undefined;
  state: RuleState;
}

/** What the operations need. */
export interface Bus {
  readonly cloud: Cloud;
  readonly rules: Map<string, Rule>;
}

/** A request that breaks a constraint of the API. */
export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

/** Refuses every bus except the default one. */
export function checkBus({ cloud }: Bus, name: string | undefined): void {
  const arn = `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/default`;
  if (name !== undefined && name !== 'default' && name !== arn) throw unsupported(`the event bus ${name}`);
}

/** Refuses request members that are not modelled. The error names them. */
export function checkMembers(where: string, input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(([name, value]) => value !== undefined && !allowed.includes(name));
  if (unknown !== undefined) throw unsupported(`${unknown[0]} of ${where}`);
}

/** @throws {AwsError} `ResourceNotFoundException` when there is no such rule. */
export function findRule(bus: Bus, name: string | undefined): Rule {
  const rule = bus.rules.get(name ?? '');
  if (rule !== undefined) return rule;
  throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
}

/** One page of a list in its order. The token says where the next page begins. */
export function page<Item>(items: readonly Item[], limit: number | undefined, token: string | undefined) {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw validation('NextToken is not valid.');
  if (limit !== undefined && !(limit >= 1 && limit <= 100)) throw validation('Limit must be between 1 and 100.');
  const end = start + (limit ?? 100);
  const more = end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { found: items.slice(start, end), more };
}
