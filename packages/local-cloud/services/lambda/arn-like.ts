/**
 * Matches an ARN against a pattern as the IAM condition operator `ArnLike` does: `*` and `?`, within each of the six
 * parts between colons.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(pattern: string, arn: string): boolean {
  const patternParts = partsOf(pattern);
  const arnParts = partsOf(arn);
  return (
    patternParts.length === arnParts.length && patternParts.every((part, index) => like(part, arnParts[index] ?? ''))
  );
}

const partsOf = (arn: string): readonly string[] => {
  const [a = '', b = '', c = '', d = '', e = '', ...resource] = arn.split(':');
  return resource.length === 0 ? [arn] : [a, b, c, d, e, resource.join(':')];
};

const like = (pattern: string, value: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
};
