import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@aws-sdk/client-eventbridge';
import { AwsError, unsupported } from '../../service.ts';
import { type Bus, checkBus, checkMembers, findRule, page, validation } from './bus.ts';

const MAXIMUM_TARGETS = 5;
const TARGET_MEMBERS = ['Id', 'Arn', 'Input', 'InputPath', 'RetryPolicy', 'DeadLetterConfig', 'SqsParameters'];

function checkRange(name: string, value: number | undefined, minimum: number, maximum: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)) return;
  throw validation(
    `Value '${value}' at '${name}' failed to satisfy constraint: Member must be between ${minimum} and ${maximum}`,
  );
}

function checkDeadLetterQueue({ cloud }: Bus, arn: string | undefined): void {
  if (arn === undefined) return;
  const [, , service, region, , name = ''] = arn.split(':');
  if (service !== 'sqs' || name.endsWith('.fifo'))
    throw validation(`The dead-letter queue must be a standard Amazon SQS queue: ${arn}.`);
  if (region !== cloud.region) throw validation(`The dead-letter queue must be in the Region of the rule: ${arn}.`);
}

/** Refuses a target that AWS refuses or that is not modelled. */
function checkTarget(bus: Bus, target: Target): Target & { Id: string; Arn: string } {
  const { Id, Arn, Input, InputPath, RetryPolicy, DeadLetterConfig, SqsParameters } = target;
  if (!Id || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Id))
    throw validation(
      `Value '${Id}' at 'targets.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    );
  if (!Arn) throw validation(`Parameter Arn of target ${Id} is not valid.`);
  checkMembers(`target ${Id}`, target, TARGET_MEMBERS);
  const [, , service] = Arn.split(':');
  if (service !== 'lambda' && service !== 'sqs') throw unsupported(`the rule target ${Arn}`);
  if (InputPath !== undefined && !/^\$(\.[\w-]+)*$/.test(InputPath)) throw unsupported(`the input path ${InputPath}`);
  if (Input !== undefined && InputPath !== undefined)
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (Input !== undefined) {
    try {
      JSON.parse(Input);
    } catch {
      throw validation(`JSON syntax error in input for target ${Id}.`);
    }
  }
  checkRange('targets.retryPolicy.maximumRetryAttempts', RetryPolicy?.MaximumRetryAttempts, 0, 185);
  checkRange('targets.retryPolicy.maximumEventAgeInSeconds', RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400);
  checkDeadLetterQueue(bus, DeadLetterConfig?.Arn);
  const fifo = service === 'sqs' && Arn.endsWith('.fifo');
  if (fifo && !SqsParameters?.MessageGroupId)
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  return { ...target, Id, Arn };
}

/** Operations on the targets of a rule. */
export const targetOperations = (bus: Bus) => ({
  PutTargets(input: PutTargetsRequest): PutTargetsResponse {
    checkBus(bus, input.EventBusName);
    const { targets } = findRule(bus, input.Rule);
    const wanted = (input.Targets ?? []).map((target) => checkTarget(bus, target));
    if (wanted.length === 0)
      throw validation(
        "Value at 'targets' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    if (new Set([...targets.keys(), ...wanted.map(({ Id }) => Id)]).size > MAXIMUM_TARGETS) {
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    for (const target of wanted) targets.set(target.Id, target);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  RemoveTargets(input: RemoveTargetsRequest): RemoveTargetsResponse {
    checkBus(bus, input.EventBusName);
    const { targets } = findRule(bus, input.Rule);
    const FailedEntries = (input.Ids ?? [])
      .filter((id) => !targets.delete(id))
      .map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${input.Rule} does not have a target with the Id ${TargetId}.`,
      }));
    return { FailedEntryCount: FailedEntries.length, FailedEntries };
  },

  ListTargetsByRule(input: ListTargetsByRuleRequest): ListTargetsByRuleResponse {
    checkBus(bus, input.EventBusName);
    const { targets } = findRule(bus, input.Rule);
    const { found, more } = page([...targets.values()], input.Limit, input.NextToken);
    return { Targets: found, ...more };
  },
});
