import { describe, expect, it } from 'vitest';
import { explain } from '../../cli/users/explain.ts';
import { linkByHand } from '../../cli/users/link.ts';
import { unlinkUser } from '../../cli/users/unlink.ts';
import { createUserWorld, HELD, MARY, NOW, ROLE } from '../unit/cli/user-doubles.ts';

/** An operator with bad intentions links, unlinks or releases, and wants it to look like the product's own doing. */
const AGENT = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
const COMMON = { user: MARY, apply: true, json: true };

describe('an operator who wants to leave no trace', () => {
  it('is kept in the row by a link, without the name of their session', async () => {
    const { deps, row } = createUserWorld({ rows: [{ sub: MARY }] });

    await linkByHand(deps, { ...COMMON, connectUserId: AGENT, replaceClaim: false, waitMs: 0 });

    expect(row(MARY)).toMatchObject({ connectUserId: AGENT, linkedBy: { role: ROLE, at: NOW - 1_000 } });
    expect(JSON.stringify(row(MARY))).not.toContain('oscar');
  });

  it('is kept in the row by an unlink', async () => {
    const { deps, row } = createUserWorld({ rows: [HELD] });

    await unlinkUser(deps, COMMON);

    expect(row(MARY)).toMatchObject({ unlinkedBy: { role: ROLE, at: NOW } });
  });

  it('is not looked up when nothing is written', async () => {
    const { deps } = createUserWorld({ rows: [HELD] });
    const caller = () => Promise.reject(new Error('Not to be asked.'));

    expect(await unlinkUser({ ...deps, caller }, { ...COMMON, apply: false })).toBe(1);
  });

  it('writes nothing when AWS does not say who they are', async () => {
    const { deps, writes } = createUserWorld({ rows: [HELD] });
    const caller = () => Promise.reject(new Error('No answer.'));

    await expect(unlinkUser({ ...deps, caller }, COMMON)).rejects.toThrow('No answer.');
    expect(writes()).toEqual([]);
  });

  it('is shown by explain', async () => {
    const acts = {
      releasedBy: { role: ROLE, at: NOW },
      linkedBy: { role: 'arn:aws:iam::111122223333:user', at: NOW - 1 },
    };
    const { deps, json } = createUserWorld({ rows: [{ ...HELD, ...acts }] });

    await explain(deps, { user: MARY, json: true });

    expect(json()).toMatchObject({
      operators: [
        { what: 'linked', role: 'arn:aws:iam::111122223333:user', at: '2025-12-31T23:59:59.999Z' },
        { what: 'released', role: ROLE, at: '2026-01-01T00:00:00.000Z' },
      ],
    });
  });
});
