import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createLocalCloud } from './cloud.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`--port: received "${values.port}", expected a whole number from 0 to 65535.\n`);
  process.exit(2);
}
const local = await createLocalCloud({ port });
const { region, accountId } = local.cloud;
process.stdout.write(
  `${JSON.stringify({ endpoint: local.endpoint, region, accountId, ...local.credentials }, null, 2)}\n`,
);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await local.close();
