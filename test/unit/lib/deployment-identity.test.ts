import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findConfiguration, findConfiguredStack } from '../../../lib/configuration/configured-stack.ts';
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

describe('the configuration of a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'configured-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (text: string | object) =>
    writeFileSync(join(folder, 'connect-sync.json'), typeof text === 'string' ? text : JSON.stringify(text));
  const usable = { userPoolId: 'eu-west-1_Ab12Cd34E', connectInstanceArn };

  it.each([
    ['no JSON', '{ "userPoolId": '],
    ['JSON with a comment', '// the pool of agents\n{}'],
    ['a list', []],
    ['an instance that is none', { ...usable, connectInstanceArn: 'desk' }],
    ['a pool and a pool to create', { ...usable, createUserPool: true }],
    ['a name that no stack can have', { ...usable, stackName: 'my stack' }],
  ])('takes no other stack in its place where it is %s', (_, text) => {
    write(text);

    expect(() => findConfiguredStack(folder)).toThrow(
      /\nThe file says which stack is meant: correct it, or name the stack with --stack\.$/,
    );
    expect(() => findConfiguration(folder)).toThrow(/^The configuration has /);
  });

  it.each([
    [
      'pool and instance, whatever else is wrong',
      { ...usable, mode: 'Sync', colour: 1 },
      'ConnectSync-Ab12Cd34E-0a1b2c3d',
    ],
    ['an instance and a pool to create', { createUserPool: true, connectInstanceArn }, 'ConnectSync-0a1b2c3d'],
    ['a name, with pool and instance on the command line', { stackName: 'Agents' }, 'Agents'],
    ['other settings, with pool and instance on the command line', { mode: 'observe' }, undefined],
  ])('names the stack where it has %s', (_, members, name) => {
    write(members);

    expect(findConfiguredStack(folder)).toBe(name);
  });

  it('says what JSON has not', () => {
    write('{ "mode": "observe", }');

    expect(() => findConfiguration(folder)).toThrow(
      /connect-sync\.json is not JSON: .*\. JSON has no comments, and no comma before a closing bracket\./,
    );
  });

  it('is none where pool or instance are given on the command line', () => {
    write({ mode: 'observe' });

    expect(findConfiguration(folder)).toBeUndefined();
  });
});
