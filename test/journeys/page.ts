import type { Line } from '../support/simulation/onlooker.ts';
import { answered, onOneLine, shortened, without, withoutTimes, wrap } from './words.ts';

/** What says nothing in a story. */
const LEFT_OUT = ['durationMs', 'lagMs', 'messages', 'policyHash', 'repeats'];

/** A page that tells what happens, in order. Nothing is written before it begins. */
export function createPage(title: string, introduction: string) {
  const blocks: { readonly heading: string; readonly entries: string[] }[] = [];
  const stored: string[] = [];
  let begun = false;

  const write = (entry: string): void => {
    if (begun) blocks.at(-1)?.entries.push(entry);
  };
  /** Remembers what our code has kept somewhere. */
  const keep = (value: unknown): void => {
    if (begun) stored.push(JSON.stringify(value));
  };
  return {
    begin: (): void => {
      begun = true;
    },
    heading: (heading: string): void => void blocks.push({ heading, entries: [] }),
    event: (name: string, event: unknown): void => write(`${name} gets ${onOneLine(shortened(event))}`),
    message(input: object): void {
      const { QueueUrl = '', MessageBody = '', MessageGroupId = '' } = input as Readonly<Record<string, string>>;
      keep(MessageBody);
      write(`message to ${QueueUrl}, group ${MessageGroupId}: ${onOneLine(JSON.parse(MessageBody))}`);
    },
    request(operation: string, input: object, answer: unknown): void {
      write(`Connect: ${operation} ${onOneLine(without(input, ['InstanceId']))}`);
      write(`-> ${answered(answer)}`);
    },
    line({ level, message, fields }: Line): void {
      keep([message, fields]);
      write(`log: ${level.toUpperCase()} ${message} ${onOneLine(without(fields, LEFT_OUT))}`);
    },
    row(row?: object): void {
      if (row === undefined) {
        write('row: none');
        return;
      }
      keep(row);
      write(`row: ${onOneLine(withoutTimes(without(row, ['pk', 'sub', ...LEFT_OUT])))}`);
    },
    /** Messages, rows and log lines as they are. */
    stored: (): readonly string[] => stored,
    /** The page with ids, times and digests masked; `known` are the ids of the story, and what they are called in it. */
    text(known: Readonly<Record<string, string>>): string {
      const mask = createMask(known);
      const body = blocks.map(({ heading, entries }) =>
        [`## ${heading}`, '', '```text', ...entries.flatMap((entry) => wrap(mask(entry))), '```', ''].join('\n'),
      );
      return [`# ${title}`, '', ...introduction.split('\n'), '', body.join('\n')].join('\n');
    },
  };
}

function createMask(known: Readonly<Record<string, string>>): (text: string) => string {
  const events = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = events.get(id) ?? `EVENT-${events.size + 1}`;
    events.set(id, name);
    return name;
  };
  return (text) =>
    Object.entries(known)
      .reduce((masked, [id, name]) => masked.replaceAll(id, name), text)
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, nameOf)
      .replaceAll(/\b1[67]\d{11}\b/g, 'TIME')
      .replaceAll(/"(salt|hash)": "[\w-]+"/g, '"$1": "…"')
      .replaceAll(/"holdId": "\w+"/g, '"holdId": "HOLD-ID"');
}
