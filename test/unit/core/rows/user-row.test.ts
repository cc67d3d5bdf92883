import { describe, expect, it } from 'vitest';
import { userRowSchema } from '../../../../lambda/core/rows/user-row.ts';

const LINK = { sub: 'sub-ann', connectUserId: 'agent-1', linkedAt: 1, firstEmail: true };
const DIGEST = { salt: 'salt', hash: 'hash' };
const OTHER = { v: 2, digest: 'x' };

describe('a row that a later version has written', () => {
  it.each([
    'lastWrite',
    'repeats',
    'releases',
    'releasedBy',
    'linkedBy',
    'unlinkedBy',
    'redrivenBy',
    'withheld',
    'holds',
    'refused',
    'lastTry',
    'settled',
    'shownEmail',
  ])('is read without the member %s, which has another form', (member) => {
    expect(userRowSchema.parse({ ...LINK, [member]: 'other' })).toEqual(LINK);
  });

  it('is read without the digests that have another form, and with the others', () => {
    const row = { ...LINK, holds: { Email: OTHER, Mobile: DIGEST } };

    expect(userRowSchema.parse(row)).toEqual({ ...LINK, holds: { Mobile: DIGEST } });
  });

  it.each(['sub', 'connectUserId', 'linkedAt', 'firstEmail', 'missingSince', 'lastWriteAt', 'hadEmail'])(
    'is refused with another form of %s, which decides what is written to whom',
    (member) => {
      expect(userRowSchema.safeParse({ ...LINK, [member]: OTHER }).success).toBe(false);
    },
  );
});
