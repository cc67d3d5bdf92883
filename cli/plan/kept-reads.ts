import { z } from 'zod';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { IDENTITY_FIELDS, type Identity } from '../../lambda/core/identity/identity.ts';
import type { ConnectUser } from '../../lambda/ports.ts';
import type { PlanSources } from './ports.ts';

/** How long a read is used again. Reading 10,000 users takes 83 minutes. */
const KEPT_FOR_MS = 6 * 60 * 60_000;
/** Largest difference between clocks. A user who was modified within this time of its read is read again. */
const TOLERANCE_MS = 60_000;

const identitySchema = z.partialRecord(z.enum(IDENTITY_FIELDS), z.string());
const headerSchema = z.object({ connectInstance: z.string() });
const readSchema = z.object({
  at: z.number(),
  user: z.object({
    id: z.string(),
    identity: identitySchema,
    username: z.string().optional(),
    securityProfileIds: z.array(z.string()).optional(),
    modifiedAt: z.number().optional(),
  }),
});

/** The file in which reads of Connect users are kept. */
export interface ReadsFile {
  /** What it holds; `undefined` where there is none. */
  readonly text: string | undefined;
  /** Adds a line. */
  append(line: string): Promise<void>;
}

/** What {@link keepReads} works with. */
export interface KeptReadsDeps {
  readonly reads: PlanSources['connectReads'];
  readonly file: ReadsFile;
  readonly instanceId: string;
  /** When the list of Connect users says that a user was modified, milliseconds since the epoch. */
  readonly modifiedAt: (connectUserId: string) => number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Reads that take from the file what it has, and how many users it has. */
export interface KeptReads {
  readonly reads: PlanSources['connectReads'];
  /** Connect users whose read is still good. */
  readonly users: number;
}

/**
 * Keeps each read of a Connect user in a file at once, and takes it from there later: an interrupted plan goes on where it ended. A
 * read is good for six hours, and as long as the list of Connect users does not say that the user was modified since. The file
 * holds names and addresses. A user whose line was cut off is read again.
 *
 * @throws {ConfigError} `other-file` for a file that holds something else, or reads of another instance.
 */
export async function keepReads({ reads, file, instanceId, modifiedAt, now }: KeptReadsDeps): Promise<KeptReads> {
  const kept = parseReads(file.text, instanceId);
  if (file.text === undefined || file.text === '')
    await file.append(`${JSON.stringify({ connectInstance: instanceId })}\n`);
  // A line that was cut off must not swallow the next one.
  else if (!file.text.endsWith('\n')) await file.append('\n');
  const isGood = (id: string, at: number): boolean => {
    const changedAt = modifiedAt(id);
    return now() - at < KEPT_FOR_MS && (changedAt === undefined || changedAt + TOLERANCE_MS < at);
  };
  const good = new Map([...kept].filter(([id, { at }]) => isGood(id, at)));
  return {
    users: good.size,
    reads: {
      ...reads,
      async describeUser(id) {
        const before = good.get(id);
        if (before !== undefined) return before.user;
        const user = await reads.describeUser(id);
        if (user !== undefined) await file.append(`${JSON.stringify({ at: now(), user })}\n`);
        return user;
      },
    },
  };
}

interface KeptRead {
  readonly at: number;
  readonly user: ConnectUser;
}

function parseReads(text: string | undefined, instanceId: string): ReadonlyMap<string, KeptRead> {
  const [first = '', ...lines] = (text ?? '').split('\n');
  if (first === '') return new Map();
  const header = headerSchema.safeParse(parseLine(first)).data;
  if (header?.connectInstance !== instanceId)
    throw new ConfigError(
      'other-file',
      `--resume: the file ${header === undefined ? 'was not written by plan --resume' : `is of Connect instance ${header.connectInstance}, and this plan is for ${instanceId}`}. Name another file, or none that is there.`,
    );
  return new Map(
    lines.flatMap((line): [string, KeptRead][] => {
      const read = readSchema.safeParse(parseLine(line)).data;
      if (read === undefined) return [];
      const { at, user } = read;
      const { id, identity, username, securityProfileIds, modifiedAt } = user;
      return [[id, { at, user: { id, identity: toIdentity(identity), username, securityProfileIds, modifiedAt } }]];
    }),
  );
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Removes members without a value. */
const toIdentity = (fields: z.infer<typeof identitySchema>): Identity =>
  Object.fromEntries(IDENTITY_FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])));
