import type {
  DeleteFunctionEventInvokeConfigRequest,
  DestinationConfig,
  FunctionEventInvokeConfig,
  PutFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, type Cloud, type Operations, unsupported } from '../../service.ts';
import type { EventInvokeConfig, FunctionRegistry, LambdaFunction } from './lambda-function.ts';
import { checkRange, onlySupported } from './supported-input.ts';

const queueOf = (destination: DestinationConfig['OnSuccess']): string | undefined => {
  const arn = destination?.Destination;
  if (arn === undefined || arn === '') return undefined;
  if (!arn.startsWith('arn:aws:sqs:')) throw unsupported(`the destination ${arn} (only SQS queues)`);
  return arn;
};

const describe = ({ arn }: LambdaFunction, config: EventInvokeConfig): FunctionEventInvokeConfig => ({
  LastModified: new Date(config.lastModified),
  FunctionArn: `${arn}:$LATEST`,
  MaximumRetryAttempts: config.maximumRetryAttempts,
  MaximumEventAgeInSeconds: config.maximumEventAgeInSeconds,
  DestinationConfig: {
    OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
    OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
  },
});

/**
 * `PutFunctionEventInvokeConfig`, `DeleteFunctionEventInvokeConfig`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
export function eventInvokeConfigOperations(cloud: Cloud, registry: FunctionRegistry): Operations {
  return {
    PutFunctionEventInvokeConfig(input: PutFunctionEventInvokeConfigRequest) {
      onlySupported('PutFunctionEventInvokeConfig', input, [
        ...['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
      ]);
      const deployed = registry.find(input.FunctionName, input.Qualifier);
      checkRange('maximumRetryAttempts', input.MaximumRetryAttempts, 0, 2);
      checkRange('maximumEventAgeInSeconds', input.MaximumEventAgeInSeconds, 60, 21_600);
      deployed.eventInvokeConfig = {
        lastModified: cloud.clock.now(),
        maximumRetryAttempts: input.MaximumRetryAttempts,
        maximumEventAgeInSeconds: input.MaximumEventAgeInSeconds,
        onSuccess: queueOf(input.DestinationConfig?.OnSuccess),
        onFailure: queueOf(input.DestinationConfig?.OnFailure),
      };
      return describe(deployed, deployed.eventInvokeConfig);
    },
    DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }: DeleteFunctionEventInvokeConfigRequest) {
      const deployed = registry.find(FunctionName, Qualifier);
      if (deployed.eventInvokeConfig === undefined) {
        const message = `The function ${deployed.arn}:$LATEST doesn't have an EventInvokeConfig`;
        throw new AwsError('ResourceNotFoundException', message, 404);
      }
      deployed.eventInvokeConfig = undefined;
      return {};
    },
  };
}
