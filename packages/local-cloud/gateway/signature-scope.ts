import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import { formatBasicTime, type SignatureClaims } from './sigv4.ts';

/** Services with one global endpoint. Their requests may be signed for another Region. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'sts']);

const MINUTE_MS = 60_000;
/** Largest difference between the time of a request and the current time. S3 allows more. */
const TOLERANCE_MINUTES = 5;
const S3_TOLERANCE_MINUTES = 15;
/** Longest lifetime of a presigned request, seconds. */
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Refuses a request that is signed for another Region, for another day than its date, or too far from the current time.
 *
 * The current time is the one of the cloud. With a virtual clock, a request with the time of the machine is accepted as
 * well, because function processes may sign with it.
 *
 * @throws {AwsError} InvalidSignatureException in AWS's words. S3 has other codes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function checkScope(claims: SignatureClaims, region: string, clock: Clock): void {
  const { date, service, signedAt, terminator } = claims;
  if (claims.region !== region && !GLOBAL_SERVICES.has(service)) {
    if (service === 's3') {
      throw new AwsError(
        'AuthorizationHeaderMalformed',
        `The authorization header is malformed; the region '${claims.region}' is wrong; expecting '${region}'`,
      );
    }
    throw invalid(`Credential should be scoped to a valid region, not '${claims.region}'. This cloud is '${region}'.`);
  }
  if (terminator !== 'aws4_request') {
    throw invalid(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (!signedAt.startsWith(date)) {
    const day = signedAt.slice(0, 8);
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${signedAt}'.`,
    );
  }
  checkTime(claims, [clock.now(), Date.now()]);
}

function checkTime(claims: SignatureClaims, nows: readonly [number, ...number[]]): void {
  const { service, signedAt, expiresSeconds } = claims;
  const minutes = service === 's3' ? S3_TOLERANCE_MINUTES : TOLERANCE_MINUTES;
  const tolerance = minutes * MINUTE_MS;
  const signed = parseBasicTime(signedAt);
  const validUntil = signed + lifeOf(claims, tolerance);
  if (nows.some((now) => signed <= now + tolerance && now <= validUntil)) return;
  if (service === 's3') {
    if (expiresSeconds !== undefined) throw new AwsError('AccessDenied', 'Request has expired', 403);
    const message = 'The difference between the request time and the current time is too large.';
    throw new AwsError('RequestTimeTooSkewed', message, 403);
  }
  const [now] = nows;
  const at = formatBasicTime(now);
  if (signed > now) {
    const limit = formatBasicTime(now + tolerance);
    throw invalid(`Signature not yet current: ${signedAt} is still later than ${limit} (${at} + ${minutes} min.)`);
  }
  const limit = formatBasicTime(now - tolerance);
  throw invalid(`Signature expired: ${signedAt} is now earlier than ${limit} (${at} - ${minutes} min.)`);
}

/** When a request expires, milliseconds. A presigned request to S3 expires exactly; other services allow at least the usual tolerance. */
function lifeOf({ service, expiresSeconds }: SignatureClaims, tolerance: number): number {
  if (expiresSeconds === undefined) return tolerance;
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > MAX_EXPIRES_SECONDS) {
    const code = service === 's3' ? 'AuthorizationQueryParametersError' : 'IncompleteSignatureException';
    throw new AwsError(code, `X-Amz-Expires must be a number of seconds from 0 to ${MAX_EXPIRES_SECONDS}`, 400);
  }
  const life = expiresSeconds * 1_000;
  return service === 's3' ? life : Math.max(tolerance, life);
}

const parseBasicTime = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const invalid = (message: string): AwsError => new AwsError('InvalidSignatureException', message, 403);
