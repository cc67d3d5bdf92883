import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  ListRulesRequest,
  ListRulesResponse,
  PutRuleRequest,
  PutRuleResponse,
} from '@aws-sdk/client-eventbridge';
import { unsupported } from '../../service.ts';
import {
  type Bus,
  checkBus,
  checkMembers,
  findRule,
  page,
  RULE_STATES,
  type Rule,
  type RuleState,
  validation,
} from './bus.ts';
import { compilePattern } from './pattern.ts';

const describe = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.eventPattern,
  State: rule.state,
  ...(rule.description !== undefined && { Description: rule.description }),
  EventBusName: 'default',
});

function stateOf(state: string | undefined = 'ENABLED'): RuleState {
  const known = RULE_STATES.find((name) => name === state);
  if (known === undefined)
    throw validation(
      `Value '${state}' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [${RULE_STATES.join(', ')}]`,
    );
  return known;
}

/** Operations on rules of the default event bus. */
export const ruleOperations = (bus: Bus) => {
  const { cloud, rules } = bus;

  return {
    /** Replaces a rule of the same name. Members that are not given return to their defaults, targets stay. Tags have no effect. */
    PutRule(input: PutRuleRequest): PutRuleResponse {
      const { Name = '', EventBusName, EventPattern, Description, State } = input;
      checkBus(bus, EventBusName);
      if (input.ScheduleExpression) throw unsupported('ScheduleExpression of a rule');
      checkMembers('PutRule', input, [
        'Name',
        'EventBusName',
        'EventPattern',
        'Description',
        'State',
        'Tags',
        'ScheduleExpression',
      ]);
      if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name))
        throw validation(
          `Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
        );
      if (!EventPattern) throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      if (EventPattern.length > 4_096)
        throw validation(
          "Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096",
        );
      const current = rules.get(Name);
      const rule: Rule = {
        name: Name,
        arn: `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/${Name}`,
        targets: current?.targets ?? new Map(),
        eventPattern: EventPattern,
        matches: compilePattern(EventPattern),
        description: Description,
        state: stateOf(State),
      };
      rules.set(Name, rule);
      return { RuleArn: rule.arn };
    },

    DescribeRule({ Name, EventBusName }: DescribeRuleRequest): DescribeRuleResponse {
      checkBus(bus, EventBusName);
      return { ...describe(findRule(bus, Name)), CreatedBy: cloud.accountId };
    },

    DeleteRule({ Name, EventBusName }: DeleteRuleRequest): object {
      checkBus(bus, EventBusName);
      if ((rules.get(Name ?? '')?.targets.size ?? 0) > 0)
        throw validation("Rule can't be deleted since it has targets.");
      rules.delete(Name ?? '');
      return {};
    },

    ListRules(input: ListRulesRequest): ListRulesResponse {
      checkBus(bus, input.EventBusName);
      const named = [...rules.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      const sorted = named.sort((left, right) => (left.name < right.name ? -1 : 1));
      const { found, more } = page(sorted, input.Limit, input.NextToken);
      return { Rules: found.map(describe), ...more };
    },
  };
};
