/** How a call of one of our functions to AWS may go wrong. */
export const FAULT_KINDS = {
  throttled: { status: 429, code: 'ThrottlingException' },
  'too-many': { status: 429, code: 'TooManyRequestsException' },
  'nameless-429': { status: 429, code: '' },
  'html-429': { status: 429, code: 'SyntaxError' },
  'server-error': { status: 500, code: 'InternalServiceException' },
  'html-502': { status: 502, code: 'SyntaxError' },
  unavailable: { status: 503, code: '' },
  /** DynamoDB and Cognito throttle with status 400. */
  'throttled-400': { status: 400, code: 'ProvisionedThroughputExceededException' },
  /** Cognito or Connect does not find a user who exists. */
  missing: 'missing',
  /** A permanent failure. */
  denied: { status: 403, code: 'AccessDeniedException' },
  /** The connection breaks before the service sees the request. */
  reset: 'reset',
  /** The service does it, and the answer never arrives. */
  lost: 'lost',
  /** The service begins late, perhaps after the caller has given up. */
  slow: 'slow',
  /** The service does it at once and answers late. */
  'slow-answer': 'slow-answer',
  /** The caller dies before the request leaves, or after the service has done it. */
  'killed-before': 'killed-before',
  'killed-after': 'killed-after',
} as const;

/** See {@link FAULT_KINDS}. */
export type FaultKind = keyof typeof FAULT_KINDS;

/** Whom a call goes to; the dead-letter queue by itself. */
export type FaultTarget = 'connect' | 'cognito-idp' | 'dynamodb' | 'sqs' | 'dead-letters';

/** Misbehaviour of one service for a while. Times are milliseconds from the start of the run. */
export interface Fault {
  readonly target: FaultTarget;
  readonly kind: FaultKind;
  readonly from: number;
  readonly until: number;
  /** Hits every n-th call only; 1 hits all. */
  readonly every: number;
  /** Hits so many calls at most. */
  readonly times?: number;
  /** Only this operation. */
  readonly operation?: string;
  /** Only calls whose input has this in it, for example `user#` or `concludedAt`. */
  readonly about?: string;
  /** Of the slow kinds, milliseconds; 3 s unless given. */
  readonly delayMs?: number;
}

/** One call of one of our functions. */
export interface FaultedCall {
  readonly target: FaultTarget;
  readonly operation: string;
  readonly input: object;
}

/** Decides which calls fail, by count and not at random. The same calls have the same results. */
export function createFaults(initial: readonly Fault[], elapsed: () => number) {
  let counters = initial.map((fault) => ({ fault, calls: 0, hits: 0 }));
  return {
    /** The fault that hits this call, if any. */
    take({ target, operation, input }: FaultedCall): Fault | undefined {
      const now = elapsed();
      for (const counter of counters) {
        const { fault } = counter;
        if (fault.target !== target || now < fault.from || now >= fault.until) continue;
        if (fault.operation !== undefined && fault.operation !== operation) continue;
        if (fault.about !== undefined && !JSON.stringify(input).includes(fault.about)) continue;
        counter.calls += 1;
        if (counter.calls % fault.every !== 0 || counter.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        counter.hits += 1;
        return fault;
      }
      return undefined;
    },
    /** One more from now on. */
    begin(fault: Fault) {
      counters.push({ fault, calls: 0, hits: 0 });
    },
    /** How often each fault hit, in the order given. */
    hits: () => counters.map(({ hits }) => hits),
    /** From now on everything works. */
    end() {
      counters = [];
    },
  };
}

/** See {@link createFaults}. */
export type Faults = ReturnType<typeof createFaults>;
