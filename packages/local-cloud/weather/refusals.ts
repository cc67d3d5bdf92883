import type { Weather } from './index.ts';

/** An answer in place of the real one. */
export interface Refusal {
  readonly status: number;
  /** Error code; none for an answer that names no error. */
  readonly code?: string;
  /** Body as it is, in place of an error of AWS. */
  readonly body?: string;
  /** The operation is carried out all the same. */
  readonly afterApply?: boolean;
}

const page = (status: number): Refusal => ({
  status,
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>\r\n`,
});

/** The names of throttling that the AWS SDKs know, but for two that mean something else where they are declared. */
const THROTTLE_NAMES = [
  'ThrottlingException',
  'TooManyRequestsException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'SlowDown',
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'EC2ThrottledException',
  'ProvisionedThroughputExceededException',
];

/** How a service refuses in rough weather. */
interface Manners {
  /** @see https://docs.aws.amazon.com/connect/latest/APIReference/best-practices-connect-apis.html and CommonErrors.html */
  readonly throttles: readonly Refusal[];
  readonly serverErrors: readonly Refusal[];
}

const SERVER_PAGES = [page(502), page(503), page(504)];

/** Services of other kinds are left alone. AWS JSON answers 400 where REST answers 429. */
const MANNERS: Readonly<Record<string, Manners>> = {
  connect: {
    throttles: [
      ...THROTTLE_NAMES.map((code) => ({ status: 429, code })),
      { status: 400, code: 'ThrottlingException' },
      { status: 429 },
      page(429),
    ],
    serverErrors: [
      { status: 500, code: 'InternalServiceException' },
      { status: 503, code: 'ServiceUnavailable' },
      ...SERVER_PAGES,
    ],
  },
  'cognito-idp': {
    throttles: [...THROTTLE_NAMES.map((code) => ({ status: 400, code })), { status: 429 }, page(429)],
    serverErrors: [
      { status: 500, code: 'InternalErrorException' },
      { status: 503, code: 'ServiceUnavailable' },
      ...SERVER_PAGES,
    ],
  },
  dynamodb: {
    throttles: ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'].map(
      (code) => ({
        status: 400,
        code,
      }),
    ),
    serverErrors: [
      { status: 500, code: 'InternalServerError' },
      { status: 503, code: 'ServiceUnavailable' },
      page(503),
    ],
  },
};

/** Decides whether a call is refused, and how. */
export function refusalOf(weather: Weather, service: string, operation: string): Refusal | undefined {
  const manners = Object.hasOwn(MANNERS, service) ? MANNERS[service] : undefined;
  if (manners === undefined) return undefined;
  const subject = `${service}.${operation}`;
  const throttled = weather.strike('throttle', subject);
  if (throttled !== undefined) return pick(manners.throttles, throttled);
  const failed = weather.strike('server-error', subject);
  // The lower digits of the number that chose the error choose whether the call went through.
  if (failed !== undefined)
    return { ...pick(manners.serverErrors, failed), afterApply: Math.floor(failed * 1000) % 2 === 0 };
  return weather.strike('html-400', subject) === undefined ? undefined : page(400);
}

const pick = (refusals: readonly Refusal[], drawn: number): Refusal =>
  refusals[Math.floor(drawn * refusals.length)] ?? { status: 500 };
