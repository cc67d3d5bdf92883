import type { WeatherEntry } from './weather/kinds.ts';

/** What a service declares in its exports. */
export interface ServiceSupport {
  /** Name for people, for example `Amazon Connect`. */
  readonly name: string;
  /** Names of the operations served; the keys of `operations`. */
  readonly operations: readonly string[];
  /** What is missing from operations that are served in part, by operation. All others are served in full. */
  readonly partial?: Readonly<Record<string, string>>;
  /** The service's `ASSUMPTIONS`. */
  readonly assumptions: readonly {
    readonly topic: string;
    readonly assumed: string;
    readonly switch?: string;
  }[];
}

/**
 * Renders what the local cloud serves and assumes as Markdown: one table of operations and one of assumptions. Services and
 * operations are in alphabetical order, so that the text changes only with its content. Pure.
 *
 * @throws {Error} when a service lists an operation as partial that it does not serve, or two entries have the same name.
 */
export function renderSupport(services: readonly ServiceSupport[]): string {
  const sorted = [...services].sort(byName(({ name }) => name));
  for (const service of sorted) check(service);
  const operations = sorted.flatMap(({ name, operations, partial = {} }) =>
    [...operations].sort(byName((operation) => operation)).map((operation) => {
      const missing = Object.hasOwn(partial, operation) ? partial[operation] : undefined;
      return [name, code(operation), missing === undefined ? 'full' : `partial: ${missing}`];
    }),
  );
  const assumptions = sorted.flatMap(({ name, assumptions }) =>
    assumptions.map((entry) => [
      name,
      entry.topic,
      entry.assumed,
      entry.switch === undefined ? '' : code(entry.switch),
    ]),
  );
  return [
    '### Operations',
    '',
    ...table(['Service', 'Operation', 'Support'], operations),
    '',
    '### Assumptions',
    '',
    ...table(['Service', 'Topic', 'Assumed', 'Switch'], assumptions),
    '',
  ].join('\n');
}

/** Renders the kinds of weather as a Markdown table, in the given order. Pure. */
export function renderWeather(kinds: Readonly<Record<string, WeatherEntry>>): string {
  const share = (value: number): string => (value === 0 ? 'never' : `${Math.round(value * 100)} %`);
  const rows = Object.entries(kinds).map(([kind, { happens, mild, rough, page }]) => [
    code(kind),
    happens,
    share(mild.share),
    share(rough.share),
    `<${page}>`,
  ]);
  return ['### Weather', '', ...table(['Kind', 'What happens', 'Mild', 'Rough', 'Allowed by'], rows), ''].join('\n');
}

function check({ name, operations, partial = {}, assumptions }: ServiceSupport): void {
  for (const operation of Object.keys(partial))
    if (!operations.includes(operation))
      throw new Error(
        `${name} calls ${operation} partial, but does not serve it. It serves: ${operations.join(', ')}.`,
      );
  for (const names of [operations, assumptions.map(({ topic }) => topic)]) {
    const twice = names.find((entry, index) => names.indexOf(entry) !== index);
    if (twice !== undefined) throw new Error(`${name} has two entries for ${twice}.`);
  }
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [header, header.map(() => '---'), ...rows.map((row) => row.map(escapeCell))].map((row) => `| ${row.join(' | ')} |`);

// A pipe ends a cell, also inside a code span.
const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

const code = (text: string): string => `\`${text}\``;

// By code unit and not by locale, so that the order is the same on every machine.
const byName =
  <Item>(nameOf: (item: Item) => string) =>
  (left: Item, right: Item): number =>
    nameOf(left) < nameOf(right) ? -1 : 1;
