/**
 * The part of the ARN of the caller that rows keep: the role, or that it was an IAM user. CloudTrail has the name. Pure.
 *
 * @param arn - as `GetCallerIdentity` gives it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const withoutPerson = (arn: string): string =>
  arn.replace(/^(arn:[^:]+:(?:sts|iam)::\d*:(?:assumed-role\/[^/]+|federated-user|user))\/.*$/, '$1');
