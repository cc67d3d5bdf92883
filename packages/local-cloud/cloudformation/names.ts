import { randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `length` random letters and digits, as in a generated physical name. */
const randomLetters = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');

/**
 * A physical name as CloudFormation generates it: `Stack-LogicalId-RANDOM12`. When it is longer than `maxLength`, the
 * stack's name and the logical id are cut. The random part is never cut.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export const physicalName = (
  stackName: string,
  logicalId: string,
  {
    maxLength,
    suffix = '',
    withoutStack = false,
  }: { readonly maxLength: number; readonly suffix?: string; readonly withoutStack?: boolean },
): string => {
  const random = randomLetters(12);
  const room = maxLength - random.length - suffix.length - 1;
  if (withoutStack) return `${logicalId.slice(0, room)}-${random}${suffix}`;
  const logical = logicalId.slice(0, Math.max(Math.ceil((room - 1) / 2), room - 1 - stackName.length));
  return `${stackName.slice(0, room - 1 - logical.length)}-${logical}-${random}${suffix}`;
};
