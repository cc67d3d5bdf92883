import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withHelp } from './help.ts';

const COMMANDS = [
  'init',
  'doctor',
  'plan',
  'status',
  'held',
  'show',
  'explain',
  'release',
  'sync',
  'reconcile',
  'pause',
  'resume',
  'link',
  'unlink',
  'trigger show',
  'trigger attach',
  'trigger detach',
  'dlq',
  'redrive',
];
const path = resolve(import.meta.dirname, '../../../docs/cli.md');

describe('docs/cli.md', () => {
  it('holds the help of every command as the program prints it (after a change: npx vitest run test/unit/cli/docs.test.ts -u)', async () => {
    const markdown = readFileSync(path, 'utf8');

    const fresh = await withHelp(markdown);

    for (const command of COMMANDS)
      expect(fresh).toContain(`<!-- help: ${command} -->\n\`\`\`text\nUsage: connect-sync ${command} [options]`);
    await expect(fresh).toMatchFileSnapshot(path);
  });
});
