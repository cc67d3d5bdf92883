/** Where an Amazon Connect instance lives, as its ARN says. */
export interface ConnectInstance {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly instanceId: string;
}

const ARN =
  /^arn:aws[\w-]*:connect:(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d):(?<account>\d{12}):instance\/(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What a Connect instance ARN has to look like, in words. */
export const CONNECT_INSTANCE_ARN_FORM =
  'the ARN of an Amazon Connect instance, such as "arn:aws:connect:eu-west-1:111122223333:instance/11111111-2222-3333-4444-555555555555" (with the id of the instance, not its alias: aws connect list-instances)';

/**
 * Reads the ARN of a Connect instance. Pure.
 *
 * @returns undefined when it is not one.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html
 */
export function parseConnectInstanceArn(arn: string): ConnectInstance | undefined {
  const { region, account, id } = ARN.exec(arn)?.groups ?? {};
  return region && account && id ? { arn, region, account, instanceId: id } : undefined;
}
