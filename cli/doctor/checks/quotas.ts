import { type Check, judge, listed, ok, problem, unread } from '../check.ts';

/** @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html */
const DEFAULT_QUOTA = 2;

/** What AWS lets the account ask of Connect. */
export const QUOTA_CHECKS: readonly Check[] = [
  {
    name: 'quotas',
    decide: ({ settings, quotas }) =>
      judge(settings, ({ connectRequestsPerSecond: rate, instance }) =>
        judge(quotas, (all) => {
          const read = all.map(({ applied, ...quota }) => ({
            ...quota,
            perSecond: applied.state === 'read' ? (applied.value ?? DEFAULT_QUOTA) : undefined,
          }));
          const low = read.filter(({ perSecond = rate }) => perSecond < rate);
          const [first] = low;
          if (first !== undefined)
            return problem(
              `connectRequestsPerSecond is ${rate}, and AWS allows ${listed(low.map(({ operation, perSecond }) => `${perSecond} of ${operation}`))}.`,
              'Lower connectRequestsPerSecond in connect-sync.json, or ask for a higher quota:',
              `aws service-quotas request-service-quota-increase --service-code connect --quota-code ${first.code} --desired-value ${Math.ceil(rate)} --region ${instance.region}`,
            );
          for (const { applied } of all) if (applied.state !== 'read') return unread(applied);
          return ok(`The quotas of Connect allow ${rate} requests a second.`);
        }),
      ),
  },
];
