import type { CliResult } from './cli.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The change that led to an outcome: the sweep may have found it as well. */
const CHANGE = /led to by +.*$/gm;

/** Dead letters of one user: the sweep may have asked for the user as well. */
const LETTERS = /(?:^changes +call-refused .*\n)+/gm;

/** What differs from run to run, and what stands for it. Ids are numbered in the order in which they appear. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/\b\d+ (s|min|h|d)( ago|\b(?=,|\.|;|$| ))/gm, '<age>$2'],
  [/(--?hold|HOLD) [A-Za-z0-9]{8}\b/g, '$1 <hold>'],
  [/\bhold [A-Za-z0-9]{8}\b/g, 'hold <hold>'],
  [/eu-west-1_[A-Za-z0-9]+/g, '<pool>'],
  [/ConnectSync-[A-Za-z0-9-]+/g, '<stack>'],
  [/, \d+ tr(y|ies), next (in <age>|due)/g, ', <n> tries, next <when>'],
  [/arn:aws:sts::\S+|AKIA\w+/g, '<caller>'],
  [/(\S) {2,}/g, '$1  '],
  [/ +$/gm, ''],
];

/** A run of the command as a person sees it, the same in every run: ids, hold ids, times and ages are masked. */
export function transcribe(args: readonly string[], { exit, stdout, stderr }: CliResult): string {
  const text = `$ npx connect-sync ${args.join(' ')}\n${stdout}${stderr === '' ? '' : `--- stderr\n${stderr}`}--- exit code ${exit}\n`;
  const ids = new Map<string, string>();
  const numbered = text
    .replace(CHANGE, 'led to by  <change>')
    .replace(LETTERS, 'changes  call-refused  <time>  <message>\n')
    .replace(UUID, (id) => {
      const known = ids.get(id) ?? `<id ${ids.size + 1}>`;
      ids.set(id, known);
      return known;
    });
  return MASKS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), numbered);
}

/** The commands of the product that an answer advises to paste, in their order, each as its arguments. */
export const advised = ({ stdout, stderr }: CliResult): readonly (readonly string[])[] =>
  `${stdout}${stderr}`
    .split('\n')
    .flatMap((line) => [...line.matchAll(/npx connect-sync ([^&]+)/g)])
    .map(([, args = '']) => args.trim().split(' '));
