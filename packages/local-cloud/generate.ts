import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSupport, renderWeather } from './support.ts';
import { listSupport } from './support-catalogue.ts';
import { KINDS } from './weather/kinds.ts';

const README = join(import.meta.dirname, 'README.md');
const BEGIN = '<!-- support: written by npm run generate -->\n';
const END = '<!-- support: end -->\n';

/**
 * The expected text of `packages/local-cloud/README.md`: its own text, with the generated support tables between the markers.
 *
 * @throws {Error} when the markers are missing.
 */
export async function renderReadme(readme: string): Promise<string> {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`packages/local-cloud/README.md has to have the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n${renderSupport(await listSupport())}\n${renderWeather(KINDS)}\n${readme.slice(end)}`;
}

/** The current and the expected text of `packages/local-cloud/README.md`. */
export async function compareReadme(): Promise<{ readonly written: string; readonly wanted: string }> {
  const written = readFileSync(README, 'utf8');
  return { written, wanted: await renderReadme(written) };
}

if (import.meta.main) {
  const { written, wanted } = await compareReadme();
  if (!process.argv.includes('--check')) {
    if (wanted !== written) writeFileSync(README, wanted);
  } else if (wanted !== written) {
    process.stderr.write('Out of date: packages/local-cloud/README.md. Run: npm run generate\n');
    process.exitCode = 1;
  }
}
