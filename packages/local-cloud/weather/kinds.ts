/** How often the local cloud behaves in rare ways: never, as on an ordinary day, or often. */
export const LEVELS = ['off', 'mild', 'rough'] as const;

/** How often a kind occurs at one level, 0 to 1, and how strong it is at most. */
interface Strength {
  readonly share: number;
  readonly most: number;
}

/** A behaviour that AWS documents as possible and that is rare. */
export interface WeatherEntry {
  /** What happens, as a text for people. */
  readonly happens: string;
  /** The AWS page that allows it. */
  readonly page: string;
  readonly mild: Strength;
  readonly rough: Strength;
}

const NEVER: Strength = { share: 0, most: 0 };
const SECOND_MS = 1000;
const CONNECT_API = 'https://docs.aws.amazon.com/connect/latest/APIReference';
const COGNITO_API = 'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference';

/** The kinds of weather. `most` is in milliseconds for kinds about time, otherwise a share from 0 to 1. */
export const KINDS = {
  'short-page': {
    happens: 'A page of a list holds fewer entries than were asked for, and a token leads on.',
    page: `${COGNITO_API}/API_ListUsers.html`,
    mild: { share: 0.5, most: 1 },
    rough: { share: 0.7, most: 1 },
  },
  'empty-page': {
    happens: 'A page holds nothing, and a token leads on; several of them may come in a row.',
    page: `${COGNITO_API}/API_ListUsers.html`,
    mild: { share: 0.1, most: 1 },
    rough: { share: 0.35, most: 1 },
  },
  'empty-token': {
    happens: 'The last page carries a token, which is an empty string.',
    page: `${CONNECT_API}/API_SearchUsers.html`,
    mild: { share: 0.2, most: 1 },
    rough: { share: 0.5, most: 1 },
  },
  throttle: {
    happens: 'A call is refused as too many, under any name that SDKs know, under none, or as an HTML page.',
    page: `${CONNECT_API}/best-practices-connect-apis.html`,
    mild: { share: 0.02, most: 1 },
    rough: { share: 0.12, most: 1 },
  },
  'server-error': {
    happens:
      'A call is answered with 500 to 504, in JSON or as an HTML page; every second one was carried out all the same.',
    page: `${CONNECT_API}/CommonErrors.html`,
    mild: NEVER,
    rough: { share: 0.05, most: 1 },
  },
  'html-400': {
    happens: 'A call is answered with 400 and an HTML page without a code, by what stands before the service.',
    page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html',
    mild: NEVER,
    rough: { share: 0.03, most: 1 },
  },
  'slow-spread': {
    happens: 'A change of a Connect user takes time to be shown by reads and lists.',
    page: `${CONNECT_API}/eventual-consistency.html`,
    mild: NEVER,
    rough: { share: 0.6, most: 90 * SECOND_MS },
  },
  'unsettled-user': {
    happens:
      'While such a change spreads, calls about that user fail as `InvalidRequestException` or `ResourceNotFoundException`.',
    page: `${CONNECT_API}/eventual-consistency.html`,
    mild: NEVER,
    rough: { share: 0.4, most: 1 },
  },
  'stale-search': {
    happens: 'SearchUsers shows users as they were: without new ones, with deleted ones.',
    page: `${CONNECT_API}/eventual-consistency.html`,
    mild: NEVER,
    rough: { share: 0.6, most: 300 * SECOND_MS },
  },
  'late-listing': {
    happens: 'A new Cognito user is missing from ListUsers for a while.',
    page: `${COGNITO_API}/API_ListUsers.html`,
    mild: NEVER,
    rough: { share: 0.5, most: 45 * SECOND_MS },
  },
  'late-record': {
    happens: 'A CloudTrail record reaches EventBridge late, so that later ones overtake it.',
    page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html',
    mild: { share: 0.5, most: 2 * SECOND_MS },
    rough: { share: 0.8, most: 600 * SECOND_MS },
  },
  'doubled-record': {
    happens: 'A CloudTrail record reaches EventBridge twice, the second time late.',
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html',
    mild: NEVER,
    rough: { share: 0.3, most: 600 * SECOND_MS },
  },
} as const satisfies Readonly<Record<string, WeatherEntry>>;

/** Name of a kind of weather. */
export type WeatherKind = keyof typeof KINDS;
