import { expect, it } from 'vitest';
import { MINUTE, message, NOW, SUB, startWorker } from './fixture.ts';

/** Connect lower-cases names: it takes Jones, and shows jones. */
function startSpelling(modifiedAgoMs: number) {
  const world = startWorker();
  world.recorder.before('directory.describeUser', () => {
    const agent = world.directory.users.get('agent-mary');
    if (agent?.identity.LastName !== 'Jones') return;
    const identity = { ...agent.identity, LastName: 'jones' };
    world.directory.users.set('agent-mary', { ...agent, identity, modifiedAt: NOW + modifiedAgoMs });
  });
  const look = (id: string, minutes: number) => {
    world.clock.advance(minutes * MINUTE);
    return world.deliver(message(id, { cause: 'sweep', occurredAt: world.clock.now() }));
  };
  return { ...world, look };
}

it('a value that Connect keeps in another spelling is written once, and then said to be kept so', async () => {
  const { deliver, look, writes, table, logger } = startSpelling(1_000);
  await deliver(message('m1'));
  expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });

  await look('m2', 10);
  expect(writes()).toHaveLength(1);
  expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', reason: 'connect-keeps-another', changed: [] });
  expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', fields: { reason: 'connect-keeps-another' } });
});

it('a value that somebody else has changed in Connect is written again', async () => {
  const { deliver, look, writes, table } = startSpelling(5 * MINUTE);
  await deliver(message('m1'));

  await look('m2', 10);

  expect(writes()).toHaveLength(2);
  expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
});
