import { describe, expect, it } from 'vitest';
import { findConfiguredStack } from '../../../lib/configuration/configured-stack.ts';
import { stackNameOf } from '../../../lib/configuration/deployment-identity.ts';

const connectInstanceArn = 'arn:aws:connect:eu-west-2:111122223333:instance/0a1b2c3d-2222-3333-4444-555555555555';

describe('the name of a stack', () => {
  it.each([
    ['pool and instance', { userPoolId: 'eu-west-1_Ab12Cd34E' }, 'ConnectSync-Ab12Cd34E-0a1b2c3d'],
    ['the instance alone for a pool that is to be created', {}, 'ConnectSync-0a1b2c3d'],
    ['what was set', { userPoolId: 'eu-west-1_Ab12Cd34E', stackName: 'Agents' }, 'Agents'],
  ])('is made of %s', (_, settings, name) => {
    expect(stackNameOf({ connectInstanceArn, ...settings })).toBe(name);
  });

  it('has at most 40 characters, however long the id of the pool is', () => {
    const name = stackNameOf({ connectInstanceArn, userPoolId: `eu-west-1_${'x'.repeat(45)}` });

    expect(name).toBe('ConnectSync-xxxxxxxxxxxxxxxxxxx-0a1b2c3d');
    expect(name).toHaveLength(40);
  });

  it('is not known in a folder without a configuration', () => {
    expect(findConfiguredStack(import.meta.dirname)).toBeUndefined();
  });
});
