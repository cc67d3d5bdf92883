import { z } from 'zod';
import type { CloudTrailRecord } from './record.ts';

/** A basic event selector, as `PutEventSelectors` takes it. */
export const basicSelector = z.strictObject({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  ExcludeManagementEventSources: z.array(z.string()).default([]),
});
const fieldSelector = z.strictObject({
  Field: z.string(),
  Equals: z.array(z.string()).optional(),
  NotEquals: z.array(z.string()).optional(),
});
const advancedSelector = z.strictObject({
  Name: z.string().optional(),
  FieldSelectors: z.array(fieldSelector).min(1),
});

/** The settings of a trail. All except the name have defaults. */
export const trailSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{3,128}$/),
  homeRegion: z.string().optional(),
  multiRegion: z.boolean().default(true),
  organization: z.boolean().default(false),
  logging: z.boolean().default(true),
  selectors: z.array(basicSelector).optional(),
  advancedSelectors: z.array(advancedSelector).optional(),
});

/** A trail: where it is, whether it logs, and which events. Without selectors it logs all management events. */
export type Trail = z.output<typeof trailSchema>;

/**
 * Whether the selectors of a trail select a management event. Pure. An advanced selector with a field that management
 * events do not have selects none.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
 */
export function covers({ selectors, advancedSelectors }: Trail, record: CloudTrailRecord): boolean {
  const readOnly = record.readOnly === true;
  const source = String(record.eventSource ?? '');
  if (advancedSelectors !== undefined) {
    const facts: Readonly<Record<string, string>> = {
      eventCategory: 'Management',
      readOnly: String(readOnly),
      eventSource: source,
      eventName: String(record.eventName ?? ''),
      eventType: String(record.eventType ?? ''),
    };
    return advancedSelectors.some(({ FieldSelectors }) =>
      FieldSelectors.every(({ Field, Equals, NotEquals }) => {
        const value = facts[Field];
        if (value === undefined) return false;
        return (Equals?.includes(value) ?? true) && !(NotEquals?.includes(value) ?? false);
      }),
    );
  }
  if (selectors === undefined) return true;
  return selectors.some(
    ({ ReadWriteType, IncludeManagementEvents, ExcludeManagementEventSources }) =>
      IncludeManagementEvents &&
      !ExcludeManagementEventSources.includes(source) &&
      (ReadWriteType === 'All' || ReadWriteType === (readOnly ? 'ReadOnly' : 'WriteOnly')),
  );
}
