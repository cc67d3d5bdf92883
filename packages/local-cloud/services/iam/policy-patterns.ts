const compiled = new Map<string, RegExp>();

/** Matches text as IAM does: `*` for any text, `?` for one character. Pure. */
export function patternMatches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/**
 * Matches an ARN, segment by segment. A wildcard does not match a colon, except in the resource. A single `*` matches
 * everything. Pure.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const patterns = segmentsOf(pattern);
  const segments = segmentsOf(arn);
  return (
    patterns.length === segments.length &&
    patterns.every((segment, index) => patternMatches(segment, segments[index] ?? ''))
  );
}

/** The six segments of an ARN. Other text is one segment. */
function segmentsOf(arn: string): readonly string[] {
  const [prefix = '', partition = '', service = '', region = '', account = '', ...resource] = arn.split(':');
  return resource.length === 0 ? [arn] : [prefix, partition, service, region, account, resource.join(':')];
}
