import { describe, expect, it } from 'vitest';
import { readSwitches } from '../../../cli/deployment/read-switches.ts';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';

const REFUSED = new PermanentError('AccessDeniedException', 'denied', { status: 403 });

const environment = (policy: object) => ({
  ...{ USER_POOL_ID: 'eu-central-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-central-1' },
  ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', TABLE_NAME: 'state', QUEUE_URL: 'https://queue.fifo' },
  ...{ DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', POLICY: JSON.stringify(policy) },
});

/** Switches of a worker with a policy, on an instance with these security profiles. */
function read(policy: object, profiles: readonly string[] | PermanentError) {
  const asked: unknown[] = [];
  const never = () => Promise.reject(new Error('Not asked for.'));
  const switches = readSwitches(
    {
      functions: {
        environment: async () => environment(policy),
        ...{ describe: never, policy: never, invoke: never, invokeLater: never },
      },
      mapping: { find: async () => undefined, setEnabled: never },
      instances: async (region) => ({
        profiles: async (instanceId) => {
          asked.push([region, instanceId]);
          if (profiles instanceof PermanentError) throw profiles;
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
});
