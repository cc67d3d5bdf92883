import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item of a table by attribute name. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** What an expression refers to by `#name` and `:value`. */
export interface Bindings {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

type Operand = AttributeValue | undefined;

const known = new Map<string, readonly string[]>();

/** The words of an expression; the adapters have a few dozen expressions. */
function wordsOf(expression: string): readonly string[] {
  const words = known.get(expression) ?? expression.match(/[#:]?\w+(?:\.[#:]?\w+)*|<=|>=|<>|[=<>(),]/g) ?? [];
  known.set(expression, words);
  return words;
}

/** A cursor over the words of an expression. */
function read(expression: string) {
  const words = wordsOf(expression);
  let at = 0;
  return {
    peek: () => words[at],
    next: () => words[at++] ?? fail(`${expression} ends early`),
    /** Takes the next word if it is this one. */
    takes: (word: string) => words[at]?.toUpperCase() === word && at++ >= 0,
    expect(word: string) {
      const found = words[at++];
      if (found !== word) fail(`${expression}: expected ${word}, found ${found}`);
    },
  };
}

/** What this double does not know stops the test; it is never taken for an answer. */
function fail(problem: string): never {
  throw new Error(`The table double does not understand this: ${problem}`);
}

const nameOf = (word: string, { ExpressionAttributeNames }: Bindings): string =>
  word.startsWith('#') ? (ExpressionAttributeNames?.[word] ?? fail(word)) : word;

/** The value at a path such as `#lastWrite.#hash`. */
const valueAt = (item: Item | undefined, path: string, bindings: Bindings): Operand =>
  path
    .split('.')
    .reduce<Operand>(
      (at, word) => at?.M?.[nameOf(word, bindings)],
      item === undefined ? undefined : { M: { ...item } },
    );

const boundValue = (word: string, { ExpressionAttributeValues }: Bindings): AttributeValue =>
  ExpressionAttributeValues?.[word] ?? fail(word);

/** Whether `item` fulfils a condition expression, as far as the adapters use the language. */
export function fulfils(item: Item | undefined, expression: string, bindings: Bindings): boolean {
  const words = read(expression);
  const operand = (word: string): Operand => {
    if (word.startsWith(':')) return boundValue(word, bindings);
    if (word !== 'size') return valueAt(item, word, bindings);
    words.expect('(');
    const sized = operand(words.next());
    words.expect(')');
    const length = sized?.SS?.length ?? sized?.L?.length ?? sized?.S?.length;
    return length === undefined ? undefined : { N: String(length) };
  };
  const call = (name: string): boolean => {
    words.expect('(');
    const subject = operand(words.next());
    if (name === 'contains') {
      words.expect(',');
      const member = operand(words.next());
      words.expect(')');
      return subject?.SS?.includes(member?.S ?? '') ?? false;
    }
    words.expect(')');
    return (subject === undefined) === (name === 'attribute_not_exists');
  };
  const term = (): boolean => {
    const word = words.next();
    if (word === '(') {
      const inside = disjunction();
      words.expect(')');
      return inside;
    }
    if (['attribute_exists', 'attribute_not_exists', 'contains'].includes(word)) return call(word);
    const left = operand(word);
    return compares(left, words.next(), operand(words.next()));
  };
  const conjunction = (): boolean => {
    let holds = term();
    while (words.takes('AND')) holds = term() && holds;
    return holds;
  };
  const disjunction = (): boolean => {
    let holds = conjunction();
    while (words.takes('OR')) holds = conjunction() || holds;
    return holds;
  };
  const result = disjunction();
  return words.peek() === undefined ? result : fail(expression);
}

function compares(left: Operand, comparator: string, right: Operand): boolean {
  if (left === undefined || right === undefined) return false;
  if (comparator === '=') return JSON.stringify(left) === JSON.stringify(right);
  if (comparator === '<' && left.N !== undefined && right.N !== undefined) return Number(left.N) < Number(right.N);
  return fail(`${comparator} between ${JSON.stringify(left)} and ${JSON.stringify(right)}`);
}

/** `item` after an update expression: `SET name = :value`, `REMOVE name`, `ADD name :set` and `DELETE name :set`. Pure. */
export function updated(item: Item, expression: string, bindings: Bindings): Item {
  const words = read(expression);
  const result: Record<string, AttributeValue> = { ...item };
  while (words.peek() !== undefined) {
    const clause = words.next();
    do {
      const name = nameOf(words.next(), bindings);
      if (clause === 'SET') {
        words.expect('=');
        result[name] = boundValue(words.next(), bindings);
      } else if (clause === 'REMOVE') {
        delete result[name];
      } else if (clause === 'ADD') {
        const added = boundValue(words.next(), bindings).SS ?? fail(expression);
        result[name] = { SS: [...new Set([...(result[name]?.SS ?? []), ...added])] };
      } else if (clause === 'DELETE') {
        const taken = boundValue(words.next(), bindings).SS ?? fail(expression);
        const left = (result[name]?.SS ?? []).filter((member) => !taken.includes(member));
        // A set is never empty.
        if (left.length > 0) result[name] = { SS: left };
        else delete result[name];
      } else fail(expression);
    } while (words.takes(','));
  }
  return result;
}
