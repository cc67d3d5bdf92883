import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which code is in a bundle. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it. */
  readonly licence: string;
  /** What its own licence file says; empty where it has none. */
  readonly text: string;
}

/** Licences under which code may be shipped with the product. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

/**
 * Finds the packages that bundles are made of.
 *
 * @param root - folder of the project.
 * @param inputs - files in the bundles, relative to the root, as esbuild's metafile lists them.
 * @throws {Error} when a licence is missing or not permissive.
 */
export function collectLicences(root: string, inputs: readonly string[]): readonly ThirdParty[] {
  const folders = new Set(inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const found = [...folders].map((folder) => readPackage(join(root, folder)));
  const refused = found.filter(({ licence }) => !ALLOWED.includes(licence));
  if (refused.length > 0)
    throw new Error(
      `Not to be shipped, by licence: ${refused.map(({ name, licence }) => `${name} (${licence || 'none'})`).join(', ')}`,
    );
  const unique = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The text of THIRD-PARTY-LICENSES: each package with its licence, each text once. Pure. */
export function renderLicences(packages: readonly ThirdParty[]): string {
  const texts = Map.groupBy(packages, ({ licence, text }) => text || licence);
  const parts = [...texts.values()].map((those) => {
    const names = those.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join('\n');
    return `${names}\n\n${those[0]?.text ?? ''}`.trimEnd();
  });
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `The bundles of cognito-connect-sync hold code of these packages.${line}${parts.join(line)}\n`;
}

function readPackage(folder: string): ThirdParty {
  const { name, version, license }: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$)/i.test(one));
  return {
    name: String(name),
    version: String(version),
    licence: typeof license === 'string' ? license : '',
    text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim(),
  };
}
