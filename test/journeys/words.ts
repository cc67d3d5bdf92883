const WIDTH = 140;
/** What our code reads of a CloudTrail record, and what shows that a record hides the values. */
const OF_A_RECORD = ['eventName', 'eventID', 'requestParameters', 'additionalEventData'];
const OF_A_TRIGGER = ['userPoolId', 'userName', 'triggerSource'];

type Members = Readonly<Record<string, unknown>>;
interface Listed {
  readonly Id: string;
  readonly Name?: string;
}
interface Answer {
  readonly User?: { readonly IdentityInfo: object };
  readonly Users?: readonly Listed[];
  readonly UserSummaryList?: readonly Listed[];
  readonly SecurityProfileSummaryList?: readonly Listed[];
}
interface Event {
  readonly 'detail-type'?: string;
  readonly detail?: object;
  readonly request?: { readonly userAttributes?: object };
}

/** What Connect answered: an error, the identity of a user, or the members of a list. */
export function answered(answer: unknown): string {
  if (answer instanceof Error) return 'code' in answer ? String(answer.code) : answer.name;
  const { User, Users, UserSummaryList, SecurityProfileSummaryList } = (answer ?? {}) as Answer;
  if (User !== undefined) return onOneLine(User.IdentityInfo);
  const listed = Users ?? UserSummaryList ?? SecurityProfileSummaryList;
  return listed === undefined ? '{}' : listed.map(({ Name, Id }) => Name ?? Id).join(', ');
}

/** An event of CloudTrail or of a trigger with the members that count. */
export function shortened(event: unknown): object {
  const { 'detail-type': type, detail, request } = event as Event;
  if (detail !== undefined) return { 'detail-type': type, detail: only(detail, OF_A_RECORD) };
  return { ...only(event as object, OF_A_TRIGGER), request: { userAttributes: request?.userAttributes } };
}

const only = (from: object, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

/** All members but these. */
export const without = (from: object, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));

/** A row with the names alone of its times. */
export function withoutTimes(row: Members): Members {
  const times = Object.keys(row).filter((name) => /(At|since)$/.test(name));
  return { ...without(row, times), times: times.join(' ') };
}

/** JSON with spaces. */
export const onOneLine = (value: unknown): string => JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, ' ');

/** Breaks a line at spaces, and indents what follows. */
export function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}
