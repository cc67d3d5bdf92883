import { afterEach, expect } from 'vitest';
import { eventually } from '../fixtures/functions/eventually.ts';
import { createHarness, zip } from '../fixtures/functions/lambda-harness.ts';

/** The queue that {@link mapped} maps. */
export const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:changes.fifo';

type Harness = ReturnType<typeof createHarness>;
let harness: Harness | undefined;
afterEach(() => harness?.lambda.close());

/** A function mapped to a queue, until the test ends. */
export async function mapped(mapping: object = {}, options: Parameters<typeof createHarness>[0] = {}) {
  const created = createHarness(options);
  harness = created;
  await created.create({ Code: { ZipFile: zip({ 'index.js': 'batch.cjs' }) } });
  const { UUID } = await created.run<{ readonly UUID: string }>('CreateEventSourceMapping', {
    EventSourceArn: QUEUE,
    FunctionName: 'subject',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...mapping,
  });
  const batches = () =>
    created.lambda.logs('subject').flatMap((line) => (line.startsWith('[') ? [JSON.parse(line)] : []));
  const ended = (invocations: number) =>
    eventually(() => {
      expect(created.lambda.logs('subject').filter((line) => line.startsWith('REPORT'))).toHaveLength(invocations);
    });
  const show = (): Promise<{ readonly State: string; readonly LastProcessingResult: string }> =>
    created.run('GetEventSourceMapping', { UUID });
  const result = (text: string) => eventually(async () => expect((await show()).LastProcessingResult).toBe(text));
  return { ...created, UUID, batches, ended, show, result };
}
