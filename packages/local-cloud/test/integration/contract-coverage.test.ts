import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { composeCloud } from '../../cloud.ts';

/** The services whose contracts are described in this folder; each description checks that no operation is left out. */
const described = readdirSync(import.meta.dirname)
  .filter((name) => /^contract-.*\.test\.ts$/.test(name))
  .flatMap((name) => [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^ +service: '(\w+)'/gm)])
  .map(([, service]) => service);

it('describes the contract of every service that has operations', async () => {
  const { gateway, services } = composeCloud();
  await gateway.close();

  const served = Object.entries(services).filter(
    ([, service]) => 'operations' in service && Object.keys(service.operations).length > 0,
  );

  expect(described.toSorted()).toEqual(served.map(([name]) => name).sort());
});
