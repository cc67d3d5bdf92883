import { describe, expect, it } from 'vitest';
import { showHeld } from '../../../cli/users/held.ts';
import { syncWorkerEnv } from '../../../lambda/config.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { createConnect, createUserWorld, HELD, MARY, NOW } from './user-doubles.ts';

const SETTINGS = syncWorkerEnv.parse({
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/changes.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead.fifo',
  TABLE_NAME: 'state',
  USER_POOL_ID: 'eu-west-1_Ab12Cd34E',
  CONNECT_INSTANCE_ID: 'instance',
  CONNECT_REGION: 'eu-west-1',
  CONNECT_REQUESTS_PER_SECOND: '1.95',
  POLICY: '{}',
});
const AGENT = { id: 'agent-mary', username: 'mary.agent', identity: { Email: 'old@example.com' } };

function start(rows = [HELD]) {
  const world = createUserWorld({
    rows,
    pool: {
      mary: { sub: MARY, username: 'mary', attributes: { email: 'new@example.com' }, modifiedAt: NOW, providers: [] },
    },
    workerSettings: SETTINGS,
  });
  const connect = { users: createConnect([AGENT]) };
  const sides = { ...world.deps, connect: async () => connect.users };
  return { ...world, connect, held: (shown: object) => showHeld({ ...world.deps, sides }, { json: false, ...shown }) };
}

describe('held, with what a person needs to decide', () => {
  it('shows both user names and both values side by side', async () => {
    const { held, terminal } = start();

    await held({ showValues: true });

    expect(terminal.lines.slice(-4)).toEqual([
      `User ${MARY}`,
      '             COGNITO          CONNECT',
      '  user name  mary             mary.agent',
      '  Email      new@example.com  old@example.com',
    ]);
  });

  it('shows user names alone, and no value', async () => {
    const { held, terminal } = start();

    await held({ names: true });

    expect(terminal.lines.at(-1)).toBe('  user name  mary     mary.agent');
    expect(terminal.lines.join('\n')).not.toContain('@');
  });

  it('shows the Connect user that a rule has found for a link that is held', async () => {
    const link = { sub: MARY, status: 'held', reason: 'open-sign-up', since: NOW, candidateId: 'agent-mary' };
    const { held, terminal } = start([link]);

    await held({ names: true });

    expect(terminal.lines[1]).toContain(`${MARY}  agent-mary?   (link)`);
    expect(terminal.lines.at(-1)).toBe('  user name  mary     mary.agent');
  });

  it.each([
    ['refuses', new PermanentError('AccessDeniedException', 'connect:DescribeUser was denied.')],
    ['does not answer', new TransientError('InternalServiceException', 'connect:DescribeUser failed.')],
  ])('shows what it could read when Connect %s, and says so once', async (_, error) => {
    const { held, terminal, connect } = start([HELD, { ...HELD, sub: 'another' }]);
    connect.users = {
      ...connect.users,
      describe: () => Promise.reject(error),
    };

    await held({ showValues: true });

    expect(terminal.lines).toContain('  Email      new@example.com  -');
    expect(terminal.notes).toEqual([`Connect was not read: ${error.message}`]);
  });
});
