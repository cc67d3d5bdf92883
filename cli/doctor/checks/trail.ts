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

function decideOnTrails(trails: readonly ReadTrail[], { region, caller }: DoctorFacts): Verdict {
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
    `Create one that logs management events, for all Regions. The command makes a bucket for it. ${WITHOUT}`,
    createTrail(caller, region),
  );
}

/**
 * The command that creates a trail with a bucket of its own, and starts it. Pure.
 *
 * @param caller - ARN of the operator: it says partition and account.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
function createTrail(caller: string, region: string): string {
  const [, partition = 'aws', , , account = ''] = caller.split(':');
  const name = 'management-events';
  const bucket = `${name}-${account}-${region}`;
  const arn = `arn:${partition}:s3:::${bucket}`;
  const source = { 'aws:SourceArn': `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}` };
  const allow = (Action: string, Resource: string, StringEquals: object) => ({
    ...{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } },
    ...{ Action, Resource, Condition: { StringEquals } },
  });
  const owned = { 's3:x-amz-acl': 'bucket-owner-full-control', ...source };
  const policy = {
    Version: '2012-10-17',
    Statement: [allow('s3:GetBucketAcl', arn, source), allow('s3:PutObject', `${arn}/AWSLogs/${account}/*`, owned)],
  };
  return [
    `aws s3 mb s3://${bucket} --region ${region}`,
    `aws s3api put-bucket-policy --bucket ${bucket} --region ${region} --policy '${JSON.stringify(policy)}'`,
    `aws cloudtrail create-trail --name ${name} --is-multi-region-trail --s3-bucket-name ${bucket} --region ${region}`,
    `aws cloudtrail start-logging --name ${name} --region ${region}`,
  ].join(' && ');
}

/** What CloudTrail tells EventBridge. */
export const TRAIL_CHECKS: readonly Check[] = [
  { name: 'trail', decide: (facts) => judge(facts.trails, (trails) => decideOnTrails(trails, facts)) },
];
