/**
 * What is kept of the caller: the role, and of an IAM user only that it was one. Who it was, CloudTrail says. Pure.
 *
 * @param arn - as `GetCallerIdentity` gives it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const withoutPerson = (arn: string): string =>
  arn.replace(/^(arn:[^:]+:(?:sts|iam)::\d*:(?:assumed-role\/[^/]+|federated-user|user))\/.*$/, '$1');
