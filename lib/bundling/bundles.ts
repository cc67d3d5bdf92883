import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BundleName, folderOf } from './bundle-names.ts';

const BUNDLER = join(import.meta.dirname, 'bundle.ts');
const SOURCES = join(import.meta.dirname, '../../lambda');

/** Bundles in the npm package, which has neither the sources nor esbuild. A checkout does not have this folder. */
const PREBUILT = join(import.meta.dirname, '../functions');

/** The code of a function. */
export const bundledCode = (name: BundleName): Code =>
  existsSync(PREBUILT) ? Code.fromAsset(join(PREBUILT, name)) : bundledHere(name);

/**
 * Bundles when CDK first asks for a function, and then all functions at once. Where bundling is switched off (context
 * `aws:cdk:bundling-stacks`), CDK never asks.
 */
const bundledHere = (name: BundleName): Code =>
  Code.fromAsset(join(SOURCES, folderOf(name)), {
    // The hash of the output: a change elsewhere, or in a comment, does not change the function.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // This image is never run, but CDK requires one.
      image: DockerImage.fromRegistry('public.ecr.aws/lambda/nodejs:24'),
      local: {
        tryBundle: (outputDir) => {
          cpSync(join(bundleOnce(), name), outputDir, { recursive: true });
          // CDK makes the folder world-writable for a container that runs as another user. No container runs here.
          chmodSync(outputDir, 0o755);
          return true;
        },
      },
    },
  });

let bundled: string | undefined;

/**
 * CDK's constructs are synchronous and esbuild's plugins are not: the bundler runs as a process of its own.
 *
 * @throws {Error} when it fails; what it says goes to stderr.
 */
function bundleOnce(): string {
  if (bundled !== undefined) return bundled;
  const folder = mkdtempSync(join(tmpdir(), 'connect-sync-bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [BUNDLER, folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  bundled = folder;
  return folder;
}
