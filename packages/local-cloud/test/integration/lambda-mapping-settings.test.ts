import { describe, expect, test } from 'vitest';
import { mapped, QUEUE } from './lambda-mapping-fixture.ts';

describe('creating an event source mapping', () => {
  test.for([
    [
      'a visibility timeout below the function’s timeout',
      {},
      5,
      'InvalidParameterValueException',
      'Queue visibility timeout: 5 seconds is less than Function timeout: 30 seconds',
    ],
    [
      'a maximum concurrency of 1',
      { ScalingConfig: { MaximumConcurrency: 1 } },
      30,
      'ValidationException',
      "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2",
    ],
    [
      'batches of 11 from a FIFO queue',
      { BatchSize: 11 },
      30,
      'InvalidParameterValueException',
      'Batch size must be between 1 and 10 for FIFO queues.',
    ],
    [
      'a batching window on a FIFO queue',
      { MaximumBatchingWindowInSeconds: 5 },
      30,
      'InvalidParameterValueException',
      'Maximum batch window in seconds is not supported for FIFO queues.',
    ],
    [
      'a queue that is not there',
      { EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:missing' },
      30,
      'InvalidParameterValueException',
      'Error occurred while ReceiveMessage. SQS Error Code: QueueDoesNotExist. SQS Error Message: The specified queue does not exist.',
    ],
    [
      'a stream',
      { EventSourceArn: 'arn:aws:kinesis:eu-central-1:0:stream/s' },
      30,
      'UnsupportedOperation',
      expect.stringContaining('arn:aws:kinesis'),
    ],
    [
      'an unknown function',
      { FunctionName: 'missing' },
      30,
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:eu-central-1:000000000000:function:missing',
    ],
    [
      'a property that is not modelled',
      { TumblingWindowInSeconds: 5 },
      30,
      'UnsupportedOperation',
      expect.stringContaining('TumblingWindowInSeconds'),
    ],
  ] as const)('is refused for %s', async ([, mapping, visibilitySeconds, code, message]) => {
    await expect(mapped(mapping, { visibilitySeconds })).rejects.toMatchObject({ code, message });
  });

  test('is refused a second time for the same queue and function', async () => {
    const { run, UUID } = await mapped({ Enabled: false });

    const again = run('CreateEventSourceMapping', { EventSourceArn: QUEUE, FunctionName: 'subject' });

    await expect(again).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: expect.stringContaining(UUID),
    });
  });

  test('shows the mapping as AWS does', async () => {
    const { show, UUID } = await mapped({ ScalingConfig: { MaximumConcurrency: 2 }, BatchSize: 5 });

    expect(await show()).toMatchObject({
      UUID,
      EventSourceArn: QUEUE,
      FunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:subject',
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      State: 'Enabled',
      LastProcessingResult: 'No records processed',
    });
  });
});
