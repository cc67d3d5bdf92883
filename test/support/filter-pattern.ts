/** Whether a log line is counted. */
export type LineFilter = (line: Readonly<Record<string, unknown>>) => boolean;

const TOKEN =
  /\s*(?<token>\{|\}|\(|\)|&&|\|\||>=|<=|!=|=|>|<|IS\b|TRUE\b|FALSE\b|\$\.[A-Za-z]\w*|"[^"\\]*"|-?\d+(?:\.\d+)?)/y;

/**
 * Reads a filter pattern of CloudWatch Logs for JSON lines: members at the top level, compared with a text (a `*` at its end stands
 * for anything), a number or a truth value, joined by `&&` and `||`.
 *
 * @throws for syntax that it does not know, and for `&&` beside `||` without parentheses.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function readFilterPattern(pattern: string): LineFilter {
  const tokens = tokenize(pattern);
  let at = 0;
  const fail = (): never => {
    throw new Error(`Unknown syntax in the filter pattern ${pattern} at "${tokens.slice(at).join(' ')}".`);
  };
  const take = (expected?: string): string => {
    const token = tokens[at] ?? fail();
    if (expected !== undefined && token !== expected) fail();
    at += 1;
    return token;
  };

  function readTerms(): LineFilter {
    const terms = [readTerm()];
    const operator = tokens[at];
    while ((operator === '&&' || operator === '||') && tokens[at] === operator) {
      take();
      terms.push(readTerm());
    }
    return operator === '&&' ? (line) => terms.every((term) => term(line)) : (line) => terms.some((term) => term(line));
  }

  function readTerm(): LineFilter {
    if (tokens[at] === '(') {
      take();
      const inner = readTerms();
      take(')');
      return inner;
    }
    const member = take();
    if (!member.startsWith('$.')) return fail();
    return readComparison(member.slice(2), take(), take());
  }

  function readComparison(name: string, operator: string, operand: string): LineFilter {
    if (operator === 'IS' && (operand === 'TRUE' || operand === 'FALSE')) {
      const wanted = operand === 'TRUE';
      return (line) => line[name] === wanted;
    }
    if (operand.startsWith('"') && (operator === '=' || operator === '!=')) {
      const matches = textMatcher(operand.slice(1, -1));
      return (line) => name in line && matches(line[name]) === (operator === '=');
    }
    const number = Number(operand);
    const compare = COMPARISONS[operator];
    if (Number.isNaN(number) || compare === undefined) return fail();
    return (line) => {
      const value = line[name];
      return typeof value === 'number' && compare(value, number);
    };
  }

  take('{');
  const filter = readTerms();
  take('}');
  if (at < tokens.length) fail();
  return filter;
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
};

function textMatcher(text: string): (value: unknown) => boolean {
  if (text.slice(0, -1).includes('*')) throw new Error(`A * stands at the end only: ${text}`);
  return text.endsWith('*')
    ? (value) => typeof value === 'string' && value.startsWith(text.slice(0, -1))
    : (value) => value === text;
}

function tokenize(pattern: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < pattern.trimEnd().length; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(pattern)?.groups?.token;
    if (token === undefined)
      throw new Error(`Unknown syntax in the filter pattern ${pattern} at "${pattern.slice(end)}".`);
    tokens.push(token);
  }
  return tokens;
}
