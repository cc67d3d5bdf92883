import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The credential scope of a signature: day, Region, service and terminator. */
interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

/** Whether `given`, in hexadecimal, is the signature of `text`. It compares in constant time. */
export type MatchSignature = (text: string, given: string) => boolean;

/** The credential scope as it is signed. Pure. */
export const scopeText = ({ date, region, service, terminator }: CredentialScope): string =>
  [date, region, service, terminator].join('/');

/** Derives the signing key of a scope. Pure. */
export function createMatch(secretAccessKey: string, scope: CredentialScope): MatchSignature {
  const { date, region, service, terminator } = scope;
  const key = [date, region, service, terminator].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return (text, given) => {
    const expected = hmac(key, text);
    const actual = Buffer.from(given, 'hex');
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  };
}

/** SHA-256 in hexadecimal. Pure. */
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
