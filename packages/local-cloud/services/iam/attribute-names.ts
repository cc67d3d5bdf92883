/** Words of expressions that are no attributes. */
const WORDS: ReadonlySet<string> = new Set([
  ...['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN'],
  ...['ATTRIBUTE_EXISTS', 'ATTRIBUTE_NOT_EXISTS', 'ATTRIBUTE_TYPE', 'BEGINS_WITH', 'CONTAINS', 'SIZE'],
  ...['IF_NOT_EXISTS', 'LIST_APPEND'],
]);

/**
 * The attributes that an `UpdateItem` is about: those of its key and its expressions, each by its name in the item. Pure.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function attributesOfUpdate(input: Readonly<Record<string, unknown>>): readonly string[] {
  const names = { ...Object(input.ExpressionAttributeNames) } as Readonly<Record<string, string>>;
  const found = new Set(Object.keys(Object(input.Key)));
  for (const expression of [input.UpdateExpression, input.ConditionExpression]) {
    // Of a path the first part is the attribute. A value begins with a colon.
    const paths = String(expression ?? '').matchAll(/(?<![\w#:.])[A-Za-z_#][\w#]*/g);
    for (const [name] of paths) if (!WORDS.has(name.toUpperCase())) found.add(names[name] ?? name);
  }
  return [...found];
}
