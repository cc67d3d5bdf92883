import { describe, expect, it } from 'vitest';
import type { MappingState } from '../../../cli/deployment/ports.ts';
import { readSwitches } from '../../../cli/deployment/read-switches.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';

const REFUSED = new PermanentError('AccessDeniedException', 'denied', { status: 403 });

const ENABLED: MappingState = { id: 'mapping', state: 'enabled' };

const environment = (policy: object) => ({
  ...{ USER_POOL_ID: 'eu-central-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-central-1' },
  ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', TABLE_NAME: 'state', QUEUE_URL: 'https://queue.fifo' },
  ...{ DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', POLICY: JSON.stringify(policy) },
});

const never = () => Promise.reject(new Error('Not asked for.'));

/** Switches of a worker with a policy, on an instance with these security profiles. */
function read(
  policy: object,
  profiles: readonly string[] | Error,
  mapping: MappingState | Error | undefined = ENABLED,
) {
  const asked: unknown[] = [];
  const switches = readSwitches(
    {
      functions: {
        environment: async () => environment(policy),
        ...{ describe: never, policy: never, invoke: never, invokeLater: never },
      },
      mapping: {
        find: async () => {
          if (mapping instanceof Error) throw mapping;
          return mapping;
        },
        setEnabled: never,
      },
      instances: async (region) => ({
        profiles: async (instanceId) => {
          asked.push([region, instanceId]);
          if (profiles instanceof Error) throw profiles;
          return profiles.map((name) => ({ id: name, name }));
        },
      }),
    },
    'worker',
  );
  return { switches, asked };
}

describe('the switches of a deployment', () => {
  it('name a default protected profile that the instance lacks', async () => {
    const { switches, asked } = read({}, ['Agent', 'CallCenterManager']);

    expect(await switches).toMatchObject({ missingProfiles: ['Admin'], notKnown: [] });
    expect(asked).toEqual([['eu-central-1', 'instance']]);
  });

  it('name none where the instance has it', async () => {
    expect(await read({}, ['Admin', 'Agent']).switches).not.toHaveProperty('missingProfiles');
  });

  it('do not ask about configured profiles, of which a missing one holds every address', async () => {
    const { switches, asked } = read({ email: { protectedSecurityProfiles: ['Boss'] } }, ['Agent']);

    expect(await switches).not.toHaveProperty('missingProfiles');
    expect(asked).toEqual([]);
  });

  it('say which permission is missing', async () => {
    expect(await read({}, REFUSED).switches).toMatchObject({
      mode: 'sync',
      notKnown: [expect.stringContaining('connect:ListSecurityProfiles')],
    });
  });

  it.each([
    [
      'an instance that is gone',
      new PermanentError(
        'ResourceNotFoundException',
        'connect:ListSecurityProfiles failed: ResourceNotFoundException, HTTP 404.',
      ),
      'Whether a protected security profile is missing was not read: connect:ListSecurityProfiles failed: ResourceNotFoundException, HTTP 404.',
    ],
    [
      'an instance that throttles',
      new TransientError('ThrottlingException', 'connect:ListSecurityProfiles failed: ThrottlingException, HTTP 429.'),
      'Whether a protected security profile is missing was not read: connect:ListSecurityProfiles failed: ThrottlingException, HTTP 429.',
    ],
  ])('are told as far as they are known beside %s', async (_, error, line) => {
    expect(await read({}, error).switches).toMatchObject({ mode: 'sync', paused: false, notKnown: [line] });
  });

  it('are told as far as they are known when Lambda does not answer', async () => {
    const late = new TransientError('TimeoutError', 'lambda:ListEventSourceMappings failed: TimeoutError, no answer.');

    expect(await read({}, ['Admin'], late).switches).toEqual({
      mode: 'sync',
      scope: 'everyone',
      notKnown: [
        'Whether the worker is paused was not read: lambda:ListEventSourceMappings failed: TimeoutError, no answer.',
      ],
    });
  });

  it('say that the worker has no event source mapping, and not that it is not paused', async () => {
    const switches = await readSwitches(
      {
        functions: {
          environment: async () => environment({}),
          ...{ describe: never, policy: never, invoke: never, invokeLater: never },
        },
        mapping: { find: async () => undefined, setEnabled: never },
        instances: async () => ({ profiles: async () => [{ id: 'admin', name: 'Admin' }] }),
      },
      'worker',
    );

    expect(switches).toEqual({ noInput: true, mode: 'sync', scope: 'everyone', notKnown: [] });
  });

  it('are not told when a read fails by a bug', async () => {
    await expect(read({}, new TypeError('a bug')).switches).rejects.toThrow('a bug');
  });
});
