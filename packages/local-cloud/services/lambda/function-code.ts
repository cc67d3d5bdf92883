import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import { AwsError, type Cloud } from '../../service.ts';
import { invalidValue, onlySupported } from './supported-input.ts';

/** An unpacked deployment package. */
export interface UnpackedCode {
  readonly directory: string;
  /** Hash of the zip file, in base64. */
  readonly sha256: string;
  /** Size of the zip file, bytes. */
  readonly size: number;
}

/** Unpacks deployment packages below one temporary folder. */
export interface CodeStore {
  unpack(zip: Uint8Array): UnpackedCode;
  /** Deletes everything unpacked. */
  close(): void;
}

/**
 * Gets the zip file that a request has or names.
 *
 * @throws {AwsError} `InvalidParameterValueException` if there is none.
 */
export async function fetchZip(cloud: Cloud, code: FunctionCode | undefined): Promise<Uint8Array> {
  const { ZipFile, S3Bucket, S3Key } = code ?? {};
  onlySupported('function code', code ?? {}, ['ZipFile', 'S3Bucket', 'S3Key']);
  if (ZipFile !== undefined) return ZipFile;
  if (S3Bucket === undefined || S3Key === undefined) throw invalidValue('Please provide a source for function code.');
  try {
    const { Body } = await cloud.call<{ readonly Body: Uint8Array }>(
      's3',
      'GetObject',
      { Bucket: S3Bucket, Key: S3Key },
      { kind: 'account' },
    );
    return Body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidValue(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

/** Creates a store. Its folder is created with the first package. */
export function createCodeStore(): CodeStore {
  let root: string | undefined;
  return {
    unpack(zip) {
      root ??= mkdtempSync(join(tmpdir(), 'local-lambda-'));
      const directory = mkdtempSync(join(root, 'code-'));
      for (const [name, content] of Object.entries(readZip(zip))) {
        const path = resolve(directory, name);
        if (!path.startsWith(directory + sep))
          throw invalidValue(`The zip file holds a path outside its root: ${name}`);
        if (name.endsWith('/')) continue;
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
      return { directory, sha256: createHash('sha256').update(zip).digest('base64'), size: zip.byteLength };
    },
    close() {
      if (root !== undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

const readZip = (zip: Uint8Array): Readonly<Record<string, Uint8Array>> => {
  try {
    return unzipSync(zip);
  } catch {
    throw invalidValue('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
};
