import * as z from 'zod/mini';

/** Settings of the pool that let strangers choose a value that an adoption rule reads. */
export interface OpenSettings {
  /** Strangers may sign up, and so choose a user name. */
  readonly selfSignUp: boolean;
  /** Attributes that at least one app client lets its users write. */
  readonly writableAttributes: ReadonlySet<string>;
  /** A function runs before sign-up: it may declare any address verified. `undefined` when that is not known. */
  readonly preSignUp?: boolean;
  /** The pool keeps the address of a user until the new one is verified. `undefined` when that is not known. */
  readonly keepsVerifiedEmail?: boolean;
}

/** What strangers can do in the user pool. When they can choose a value that a rule reads, a rule makes no link. */
export interface PoolExposure extends OpenSettings {
  readonly keepsVerifiedEmail: boolean;
  /** When the settings were read, milliseconds since the epoch: they may have changed since. */
  readonly readAt: number;
}

/** Clocks of functions and of Cognito differ, and a change of the settings takes a while to be visible everywhere. */
const MARGIN_MS = 60_000;

/** Whether a setting was open at the last read, when it was first read as open, and when it was first read as closed after that. */
const openingSchema = z.object({
  open: z.boolean(),
  openedAt: z.optional(z.number()),
  closedAt: z.optional(z.number()),
});

type Opening = Readonly<z.infer<typeof openingSchema>>;

/**
 * What the table remembers of the pool's exposure: for sign-up, for sign-up with a function before it, for addresses that users
 * can replace without verification, and for each attribute that an adoption rule reads. Times in milliseconds since the epoch.
 */
export const exposureHistorySchema = z.object({
  signUp: z.optional(openingSchema),
  unprovenSignUp: z.optional(openingSchema),
  changeableEmail: z.optional(openingSchema),
  attributes: z.record(z.string(), openingSchema),
});

/** See {@link exposureHistorySchema}. */
export type ExposureHistory = Readonly<z.infer<typeof exposureHistorySchema>>;

/** What is known before the settings of the pool have been read for the first time. */
export const NO_HISTORY: ExposureHistory = { attributes: {} };

/**
 * Adds the settings that were read to the history. A read that is older than the history changes nothing. A setting that was
 * read as open within the last minute does not count as closed, because the read may be the older one. Pure.
 *
 * @param watched - attributes that adoption rules read.
 * @param readAt - when the settings were read, milliseconds since the epoch.
 * @returns `before` itself when nothing has changed.
 */
export function rememberExposure(
  before: ExposureHistory,
  { selfSignUp, writableAttributes, preSignUp, keepsVerifiedEmail }: OpenSettings,
  watched: readonly string[],
  readAt: number,
): ExposureHistory {
  const signUp = nextOpening(before.signUp, selfSignUp, readAt);
  const unprovenSignUp =
    preSignUp === undefined ? before.unprovenSignUp : nextOpening(unprovenIn(before), selfSignUp && preSignUp, readAt);
  const openings = watched.map((name) => {
    const opening = Object.hasOwn(before.attributes, name) ? before.attributes[name] : undefined;
    return { name, opening, next: nextOpening(opening, writableAttributes.has(name), readAt) };
  });
  const changeableEmail =
    keepsVerifiedEmail === undefined
      ? before.changeableEmail
      : nextOpening(before.changeableEmail, !keepsVerifiedEmail, readAt);
  const isSame =
    signUp === before.signUp && unprovenSignUp === before.unprovenSignUp && changeableEmail === before.changeableEmail;
  if (isSame && openings.every(({ opening, next }) => opening === next)) return before;
  return {
    signUp,
    ...(unprovenSignUp && { unprovenSignUp }),
    ...(changeableEmail && { changeableEmail }),
    attributes: { ...before.attributes, ...Object.fromEntries(openings.map(({ name, next }) => [name, next])) },
  };
}

/** Without a record of its own, every sign-up counts as unproven. */
const unprovenIn = ({ signUp, unprovenSignUp }: ExposureHistory): Opening | undefined => unprovenSignUp ?? signUp;

function nextOpening(before: Opening | undefined, open: boolean, readAt: number): Opening {
  if (before?.open === open) return before;
  if (open) return before !== undefined && readAt < (before.closedAt ?? readAt) ? before : { open, openedAt: readAt };
  // Closed at the first read: nothing says that it was ever open.
  if (before === undefined) return { open };
  return readAt < (before.openedAt ?? 0) + MARGIN_MS ? before : { open, closedAt: readAt };
}

/**
 * Whether a Cognito user was created while strangers could choose what a rule reads. Pure.
 *
 * @param attribute - that the rule reads; `undefined` for the user name.
 * @param createdAt - `UserCreateDate`, milliseconds since the epoch; `undefined` counts as the earliest time.
 */
export function wasCreatedWhileOpen(
  history: ExposureHistory,
  attribute: string | undefined,
  createdAt: number | undefined,
): boolean {
  const ofAttribute =
    attribute !== undefined && Object.hasOwn(history.attributes, attribute) ? history.attributes[attribute] : undefined;
  return [history.signUp, ofAttribute].some((opening) => wasOpenAt(opening, createdAt));
}

/**
 * Whether a Cognito user may have signed up while a function before sign-up could declare any address verified. Pure.
 *
 * @param createdAt - as for {@link wasCreatedWhileOpen}.
 */
export const mayHaveUnprovenAddress = (history: ExposureHistory, createdAt: number | undefined): boolean =>
  wasOpenAt(unprovenIn(history), createdAt);

/**
 * Whether a Cognito user may have replaced the address of a provider without verification. Pure.
 *
 * @param createdAt - as for {@link wasCreatedWhileOpen}.
 */
export const mayHaveReplacedEmail = ({ changeableEmail }: ExposureHistory, createdAt: number | undefined): boolean =>
  wasOpenAt(changeableEmail, createdAt);

function wasOpenAt(opening: Opening | undefined, createdAt: number | undefined): boolean {
  if (opening?.open === true) return true;
  return opening?.closedAt !== undefined && (createdAt === undefined || createdAt <= opening.closedAt + MARGIN_MS);
}
