import { inStep, type startSweep, usersOf } from './fixture.ts';

/** All users of a large pool. */
export const POOL = usersOf(3_000);

/** Rows of the first users, each linked and in step. */
export const rowsOf = (count: number) =>
  Object.fromEntries(usersOf(count).map(({ sub }, index) => [sub, inStep(index)]));

/** The Connect users of the first users. */
export const connectUsersOf = (count: number) =>
  usersOf(count).map(({ username }, index) => ({
    id: `connectUser-${index}`,
    username,
    modifiedAt: inStep(0).connectModifiedAt,
  }));

/** Users of whom some have changed since. */
export const changed = (indexes: readonly number[], users = POOL) =>
  users.map((user, index) => (indexes.includes(index) ? { ...user, modifiedAt: user.modifiedAt + 1 } : user));

/** The log line of the pass. */
export const lastLine = ({ logger }: ReturnType<typeof startSweep>) => logger.lines.at(-1)?.fields;
