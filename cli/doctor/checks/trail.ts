import { type Check, judge, listed, ok, problem, unread, type Verdict } from '../check.ts';
import type { DoctorFacts, ReadTrail } from '../facts.ts';
import type { SelectorField, Selectors } from '../ports.ts';

/** What every record has on which the product depends, by the fields of advanced selectors. */
const RECORD: Readonly<Record<string, string>> = {
  eventCategory: 'Management',
  readOnly: 'false',
  eventSource: 'cognito-idp.amazonaws.com',
  eventName: 'AdminUpdateUserAttributes',
  eventType: 'AwsApiCall',
};

/**
 * Whether selectors log the calls that change Cognito users. Pure.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
const logsCognitoWrites = ({ basic, advanced }: Selectors): boolean =>
  basic.some(
    ({ readWriteType, management, excluded }) =>
      management && readWriteType !== 'ReadOnly' && !excluded.includes(RECORD.eventSource ?? ''),
  ) || advanced.some((fields) => fields.every(takes));

function takes({ field, ...conditions }: SelectorField): boolean {
  const value = RECORD[field];
  // A field that no management event has.
  if (value === undefined) return false;
  const { equals, startsWith, endsWith, notEquals, notStartsWith, notEndsWith } = conditions;
  return (
    (equals?.includes(value) ?? true) &&
    (startsWith?.some((text) => value.startsWith(text)) ?? true) &&
    (endsWith?.some((text) => value.endsWith(text)) ?? true) &&
    !(notEquals?.includes(value) ?? false) &&
    !(notStartsWith?.some((text) => value.startsWith(text)) ?? false) &&
    !(notEndsWith?.some((text) => value.endsWith(text)) ?? false)
  );
}

const nameOf = ({ arn }: ReadTrail): string => arn.split('/').at(-1) ?? arn;
const WITHOUT = 'Without one, changes of names are found by the sweep only.';

function decideOnTrails(trails: readonly ReadTrail[], { region }: DoctorFacts): Verdict {
  const here = trails.filter(({ multiRegion, homeRegion }) => multiRegion || homeRegion === region);
  const suitable = here.filter(({ selectors }) => selectors.state === 'read' && logsCognitoWrites(selectors.value));
  const logging = suitable.find((trail) => trail.logging.state === 'read' && trail.logging.value);
  if (logging !== undefined) return ok(`Trail ${nameOf(logging)} logs write management events in ${region}.`);
  for (const reading of here.flatMap((trail) => [trail.selectors, trail.logging]))
    if (reading.state !== 'read') return unread(reading);
  const [stopped] = suitable;
  if (stopped !== undefined)
    return problem(
      `Trail ${nameOf(stopped)} does not log.`,
      `Start it. ${WITHOUT}`,
      `aws cloudtrail start-logging --name ${stopped.arn} --region ${stopped.homeRegion}`,
    );
  const [first] = here;
  if (first !== undefined)
    return problem(
      `No trail in ${region} logs the calls that change Cognito users: ${listed(here.map(nameOf))} leaves them out.`,
      `Have a trail log write management events of all sources. This replaces the event selectors of the trail: add its data events, if it has any. ${WITHOUT}`,
      `aws cloudtrail put-event-selectors --trail-name ${first.arn} --region ${first.homeRegion} --event-selectors '[{"ReadWriteType":"All","IncludeManagementEvents":true}]'`,
    );
  return problem(
    `There is no trail in ${region}.`,
    `Create one that logs management events, for all Regions, with a bucket of yours. ${WITHOUT}`,
    `aws cloudtrail create-trail --name management-events --is-multi-region-trail --s3-bucket-name YOUR_BUCKET --region ${region} && aws cloudtrail start-logging --name management-events --region ${region}`,
  );
}

/** What CloudTrail tells EventBridge. */
export const TRAIL_CHECKS: readonly Check[] = [
  { name: 'trail', decide: (facts) => judge(facts.trails, (trails) => decideOnTrails(trails, facts)) },
];
