import type { Cloud } from '../service.ts';
import { validationError } from './errors.ts';
import type { Stack } from './stack.ts';
import { isOn } from './values.ts';

/** The three ways in which a call can name its template. */
export interface TemplateSource {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean | string;
}

/** Bucket and key of an S3 address, path style or virtual-hosted. */
const parseS3Url = (text: string): { readonly Bucket: string; readonly Key: string } => {
  if (!URL.canParse(text)) throw validationError(`TemplateURL must be a supported URL, and is ${text}`);
  const { hostname, pathname } = new URL(text);
  const path = decodeURIComponent(pathname.slice(1));
  const bucket = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  if (bucket !== undefined) return { Bucket: bucket, Key: path };
  const [Bucket = '', ...Key] = path.split('/');
  if (Bucket === '' || Key.length === 0)
    throw validationError(`TemplateURL must name a bucket and a key, and is ${text}`);
  return { Bucket, Key: Key.join('/') };
};

/**
 * Reads the template that a call names: inline, in S3, or the stack's own.
 *
 * @throws {AwsError} `ValidationError` when there is none, or S3 does not have it.
 */
export const readTemplate = async (cloud: Cloud, stack: Stack | undefined, source: TemplateSource): Promise<string> => {
  if (isOn(source.UsePreviousTemplate)) {
    if (stack?.deployed === undefined) throw validationError('There is no previous template to use');
    return stack.deployed.body;
  }
  if (source.TemplateBody) return source.TemplateBody;
  if (!source.TemplateURL) throw validationError('Either Template URL or Template Body must be specified.');
  const { Body } = await cloud
    .call<{ Body: Uint8Array | string }>('s3', 'GetObject', parseS3Url(source.TemplateURL), { kind: 'account' })
    .catch((error: Error) => {
      throw validationError(`S3 error: ${error.message} (${source.TemplateURL})`);
    });
  return typeof Body === 'string' ? Body : new TextDecoder().decode(Body);
};
