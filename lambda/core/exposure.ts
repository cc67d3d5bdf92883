import * as z from 'zod/mini';

/** By which ways strangers can choose what a rule matches. */
export interface Doors {
  /** Anybody may sign up, and so choose a user name. */
  readonly selfSignUp: boolean;
  /** Attributes that at least one app client lets its users write. */
  readonly writableAttributes: ReadonlySet<string>;
}

/** What strangers can do in the user pool: where they can choose what a rule matches, no link is made unseen. */
export interface PoolExposure extends Doors {
  /** The pool keeps the address of a user until the new one is verified. */
  readonly keepsVerifiedEmail: boolean;
  /** When the settings were read, milliseconds since the epoch: they may have changed since. */
  readonly readAt: number;
}

/** Clocks of functions and of Cognito differ, and a change of the settings takes a while to be seen everywhere. */
const MARGIN_MS = 60_000;

/** Whether a door was open when it was last seen, since when, and since when it has been seen closed after that. */
const doorSchema = z.object({
  open: z.boolean(),
  openedAt: z.optional(z.number()),
  closedAt: z.optional(z.number()),
});

type Door = Readonly<z.infer<typeof doorSchema>>;

/**
 * What the table remembers of the pool's exposure: for sign-up, and for each attribute that an adoption rule reads. Times
 * in milliseconds since the epoch.
 */
export const exposureHistorySchema = z.object({
  signUp: z.optional(doorSchema),
  attributes: z.record(z.string(), doorSchema),
});

/** See {@link exposureHistorySchema}. */
export type ExposureHistory = Readonly<z.infer<typeof exposureHistorySchema>>;

/** What is known before the settings of the pool have been read for the first time. */
export const NO_HISTORY: ExposureHistory = { attributes: {} };

/**
 * Adds what was read of the pool to what is remembered. A read that is older than what is remembered changes nothing, and a door
 * that was seen open a minute ago is not believed to be closed: that read may be the older one. Pure.
 *
 * @param watched - attributes that adoption rules read.
 * @param readAt - when the settings were read, milliseconds since the epoch.
 * @returns `before` itself when nothing has changed.
 */
export function rememberExposure(
  before: ExposureHistory,
  { selfSignUp, writableAttributes }: Doors,
  watched: readonly string[],
  readAt: number,
): ExposureHistory {
  const signUp = nextDoor(before.signUp, selfSignUp, readAt);
  const doors = watched.map((name) => {
    const door = Object.hasOwn(before.attributes, name) ? before.attributes[name] : undefined;
    return { name, door, next: nextDoor(door, writableAttributes.has(name), readAt) };
  });
  if (signUp === before.signUp && doors.every(({ door, next }) => door === next)) return before;
  return {
    signUp,
    attributes: { ...before.attributes, ...Object.fromEntries(doors.map(({ name, next }) => [name, next])) },
  };
}

function nextDoor(before: Door | undefined, open: boolean, readAt: number): Door {
  if (before?.open === open) return before;
  if (open) return before !== undefined && readAt < (before.closedAt ?? readAt) ? before : { open, openedAt: readAt };
  // Closed at the first sight of it: nothing says that it was ever open.
  if (before === undefined) return { open };
  return readAt < (before.openedAt ?? 0) + MARGIN_MS ? before : { open, closedAt: readAt };
}

/**
 * Whether a Cognito user was created while strangers could choose what a rule matches. Pure.
 *
 * @param attribute - that the rule reads; `undefined` for the user name.
 * @param createdAt - `UserCreateDate`, milliseconds since the epoch; `undefined` counts as before everything.
 */
export function isFromOpenTimes(
  history: ExposureHistory,
  attribute: string | undefined,
  createdAt: number | undefined,
): boolean {
  const ofAttribute =
    attribute !== undefined && Object.hasOwn(history.attributes, attribute) ? history.attributes[attribute] : undefined;
  return [history.signUp, ofAttribute].some((door) => {
    if (door?.open === true) return true;
    return door?.closedAt !== undefined && (createdAt === undefined || createdAt <= door.closedAt + MARGIN_MS);
  });
}
