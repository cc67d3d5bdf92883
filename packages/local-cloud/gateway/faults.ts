import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { AwsError } from '../service.ts';

const faultSchema = z
  .strictObject({
    service: z.string().min(1).describe('SigV4 signing name, for example connect'),
    operation: z.string().min(1).describe('API name, or * for every operation of the service'),
    times: z.int().positive().optional().describe('how many calls are hit; no limit unless given'),
    rate: z.number().min(0).max(1).optional().describe('fraction of the calls that are hit; all unless given'),
    status: z.int().min(400).max(599).optional().describe('HTTP status of the answer'),
    code: z.string().optional().describe('error code; an answer without one unless given'),
    message: z.string().optional(),
    delayMs: z.int().min(0).optional().describe('waits before the call is carried out or refused'),
    reset: z.boolean().optional().describe('cuts the connection instead of answering'),
    afterApply: z.boolean().optional().describe('carries the operation out before its answer is replaced'),
    body: z.string().optional().describe('answer body as it is, instead of an AWS error'),
    contentType: z.string().optional(),
  })
  .refine((fault) => fault.status !== undefined || fault.reset === true || fault.delayMs !== undefined, {
    message: 'needs one of status, reset or delayMs',
  })
  .refine((fault) => fault.status !== undefined || fault.body === undefined, { message: 'body needs a status' })
  .refine((fault) => isRefusal(fault) || fault.afterApply !== true, {
    message: 'afterApply needs a status or reset to answer with',
  });

/** The body of `PUT /_local/faults`. */
export const faultsSchema = z.array(faultSchema);

/** One injected fault of one operation. */
export type Fault = z.infer<typeof faultSchema>;

/** The answer of a fault, in place of the real one. */
export class FaultError extends AwsError {
  /** The fault that was hit. It may say more than an error code: a cut connection, a body that is no AWS error. */
  readonly fault: Fault;

  constructor(fault: Fault) {
    const message = fault.message ?? (fault.status === 429 ? 'Rate exceeded' : 'Injected by /_local/faults.');
    super(fault.code ?? '', message, fault.status ?? 500);
    this.fault = fault;
  }
}

/** The active faults. */
export interface Faults {
  /** Replaces all faults and resets the counters. */
  set(faults: readonly Fault[]): void;
  /** Each fault with how often it was hit. */
  list(): readonly (Fault & { readonly hits: number })[];
  /**
   * Runs `execute` with the first fault that hits this call, or with `weather` when none does.
   *
   * @throws {FaultError} when the fault or the weather refuses the call.
   */
  run(service: string, operation: string, execute: () => unknown, weather?: Fault): Promise<unknown>;
}

/**
 * Creates an empty list of faults.
 *
 * @param random - uniform in [0, 1). It decides whether a fault with a `rate` hits.
 */
export function createFaults(clock: Clock, random: () => number = Math.random): Faults {
  let entries: { readonly fault: Fault; hits: number }[] = [];
  const take = (service: string, operation: string): Fault | undefined => {
    const entry = entries.find(
      ({ fault, hits }) =>
        fault.service === service &&
        (fault.operation === operation || fault.operation === '*') &&
        hits < (fault.times ?? Number.POSITIVE_INFINITY) &&
        random() < (fault.rate ?? 1),
    );
    if (entry === undefined) return undefined;
    entry.hits += 1;
    return entry.fault;
  };
  return {
    set(faults) {
      entries = faults.map((fault) => ({ fault, hits: 0 }));
    },
    list: () => entries.map(({ fault, hits }) => ({ ...fault, hits })),
    async run(service, operation, execute, weather) {
      const fault = take(service, operation) ?? weather;
      if (fault === undefined) return execute();
      if (fault.delayMs !== undefined) await sleep(clock, fault.delayMs);
      if (!isRefusal(fault)) return execute();
      if (fault.afterApply === true) await execute();
      throw new FaultError(fault);
    },
  };
}

const isRefusal = (fault: { readonly status?: unknown; readonly reset?: boolean | undefined }): boolean =>
  fault.status !== undefined || fault.reset === true;
