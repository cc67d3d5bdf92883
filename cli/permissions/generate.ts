import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DUTIES, policyOf } from './policies.ts';

const FOLDER = fileURLToPath(new URL('../../docs/iam', import.meta.url));

const render = (duty: (typeof DUTIES)[number]): string => `${JSON.stringify(policyOf(duty), undefined, 2)}\n`;

/** Duties whose file in `docs/iam` is not what the commands need. */
export const findOutdatedPolicies = (): readonly string[] =>
  DUTIES.filter((duty) => read(join(FOLDER, `${duty}.json`)) !== render(duty));

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) for (const duty of DUTIES) writeFileSync(join(FOLDER, `${duty}.json`), render(duty));
