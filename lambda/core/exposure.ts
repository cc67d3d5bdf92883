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
}

/** Whether a door was open when it was last seen, and since when it has been seen closed after that. */
const doorSchema = z.object({ open: z.boolean(), closedAt: z.optional(z.number()) });

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
 * Adds what was read of the pool to what is remembered. Pure.
 *
 * @param watched - attributes that adoption rules read.
 * @returns `before` itself when nothing has changed.
 */
export function rememberExposure(
  before: ExposureHistory,
  { selfSignUp, writableAttributes }: Doors,
  watched: readonly string[],
  now: number,
): ExposureHistory {
  const signUp = nextDoor(before.signUp, selfSignUp, now);
  const doors = watched.map((name) => {
    const door = Object.hasOwn(before.attributes, name) ? before.attributes[name] : undefined;
    return { name, door, next: nextDoor(door, writableAttributes.has(name), now) };
  });
  if (signUp === before.signUp && doors.every(({ door, next }) => door === next)) return before;
  return {
    signUp,
    attributes: { ...before.attributes, ...Object.fromEntries(doors.map(({ name, next }) => [name, next])) },
  };
}

function nextDoor(before: Door | undefined, open: boolean, now: number): Door {
  if (before?.open === open) return before;
  if (open) return { open };
  // Closed at the first sight of it: nothing says that it was ever open.
  return before === undefined ? { open } : { open, closedAt: now };
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
  const closings = [history.signUp?.closedAt, ofAttribute?.closedAt].filter((at) => at !== undefined);
  return closings.some((closedAt) => createdAt === undefined || createdAt <= closedAt);
}
