import type { Engine } from './inspect.ts';
import { physicalName } from './names.ts';
import { callService, type Work } from './provider.ts';
import type { Stack } from './stack.ts';
import type { Fields } from './values.ts';

/** The context of a provider for one resource of the stack. */
export const createWork = ({ cloud }: Engine, stack: Stack, logicalId: string, properties: Fields): Work => ({
  cloud,
  logicalId,
  properties,
  name: (options) => physicalName(stack.name, logicalId, options),
  call: (service, operation, input) => callService(cloud, service, operation, input),
});
