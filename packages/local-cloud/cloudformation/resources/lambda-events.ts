import { ignoringMissing, type Provider, pick, until } from '../provider.ts';
import { gone } from './lambda.ts';

const mappingSettings = [
  'BatchSize',
  'Enabled',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'ScalingConfig',
];

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export const eventSourceMappingProvider: Provider = {
  type: 'AWS::Lambda::EventSourceMapping',
  models: ['EventSourceArn', ...mappingSettings],
  async create({ call, cloud, properties }) {
    const { UUID } = await call<{ UUID: string }>(
      'lambda',
      'CreateEventSourceMapping',
      pick(properties, ['EventSourceArn', ...mappingSettings]),
    );
    const arn = `arn:aws:lambda:${cloud.region}:${cloud.accountId}:event-source-mapping:${UUID}`;
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn: arn } };
  },
  async update({ call, physicalId, properties, previous, attributes }) {
    await call('lambda', 'UpdateEventSourceMapping', {
      UUID: physicalId,
      // A setting that the template no longer has returns to Lambda's default.
      ...(previous.BatchSize === undefined ? {} : { BatchSize: 10 }),
      ...(previous.Enabled === undefined ? {} : { Enabled: true }),
      ...(previous.FunctionResponseTypes === undefined ? {} : { FunctionResponseTypes: [] }),
      ...(previous.MaximumBatchingWindowInSeconds === undefined ? {} : { MaximumBatchingWindowInSeconds: 0 }),
      ...(previous.ScalingConfig === undefined ? {} : { ScalingConfig: {} }),
      ...pick(properties, mappingSettings),
    });
    return { physicalId, attributes };
  },
  async remove({ call, cloud, physicalId }) {
    await ignoringMissing(gone, () => call('lambda', 'DeleteEventSourceMapping', { UUID: physicalId }));
    // The last batch needs the function and its role, so deletion waits until the mapping is deleted.
    let isGone = false;
    await until(cloud, `event source mapping ${physicalId}`, async () => {
      isGone = true;
      await ignoringMissing(gone, async () => {
        await call('lambda', 'GetEventSourceMapping', { UUID: physicalId });
        isGone = false;
      });
      return isGone;
    });
  },
};

const invokeSettings = ['DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
export const eventInvokeConfigProvider: Provider = {
  type: 'AWS::Lambda::EventInvokeConfig',
  models: ['FunctionName', 'Qualifier', ...invokeSettings],
  async create({ call, properties }) {
    await call(
      'lambda',
      'PutFunctionEventInvokeConfig',
      pick(properties, ['FunctionName', 'Qualifier', ...invokeSettings]),
    );
    return { physicalId: `${properties.FunctionName}|${properties.Qualifier}` };
  },
  async update({ call, physicalId, properties }) {
    await call(
      'lambda',
      'PutFunctionEventInvokeConfig',
      pick(properties, ['FunctionName', 'Qualifier', ...invokeSettings]),
    );
    return { physicalId };
  },
  remove: ({ call, previous }) =>
    ignoringMissing(gone, () =>
      call('lambda', 'DeleteFunctionEventInvokeConfig', pick(previous, ['FunctionName', 'Qualifier'])),
    ),
};
