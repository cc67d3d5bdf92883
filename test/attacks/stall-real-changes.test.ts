import { describe, expect, it } from 'vitest';
import { MARY, message, NOW, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A stranger signs up again and again, so that the limited calls to Connect are spent on strangers. */
const subOf = (index: number) => `99999999-9999-4999-8999-${String(index).padStart(12, '0')}`;
const strangers = Array.from({ length: 80 }, (_, index) => ({
  ...MARY,
  sub: subOf(index),
  username: `stranger${index}`,
  attributes: { sub: subOf(index), email: `stranger${index}@elsewhere.example` },
}));
const LIMITED = ['directory.findIdsByUsername', 'directory.describeUser', 'directory.updateIdentity'];

describe('a stranger who wants to stall real changes', () => {
  it('costs no limited call and leaves no row by 80 sign-ups', async () => {
    const world = startWorker({ users: [MARY, ...strangers], exposure: { selfSignUp: true } });
    const signUps = strangers.map(({ sub }, index) => message(`s${index}`, { sub, cause: 'post-confirmation' }));

    for (let at = 0; at < signUps.length; at += 10) await world.deliver(...signUps.slice(at, at + 10));
    const spent = world.calls('directory').filter((name) => LIMITED.includes(name));
    await world.deliver(message('real'));

    expect(spent).toEqual([]);
    // What is remembered of the settings of the pool is enough to refuse them.
    expect(new Set(world.recorder.argsOf('pool.exposure').flat())).toEqual(new Set([undefined]));
    expect([...world.table.rows.keys()]).toEqual([SUB]);
    expect(world.directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Jones' });
  });

  it('does not delay a change in the same batch', async () => {
    const world = startWorker({ users: [MARY, ...strangers], exposure: { selfSignUp: true } });
    const nine = strangers
      .slice(0, 9)
      .map(({ sub }, index) => message(`s${index}`, { sub, cause: 'post-confirmation' }));

    await world.deliver(...nine, message('real', { occurredAt: NOW }));

    expect(world.directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Jones' });
    expect(world.clock.sleeps).toEqual([]);
  });
});
