import type { Wire } from './sdk-client.ts';

/** A line that one of our functions logged. */
export interface Line {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Sees what goes on in a run. */
export interface Onlooker {
  /** A function is invoked. */
  invoked(name: string, event: unknown): void;
  /** A function has called a service; `answer` is what the service answered, or the error. */
  called(service: string, operation: string, input: object, answer: unknown): void;
  logged(line: Line): void;
}

/** An onlooker for runs that need none. */
export const NO_ONLOOKER: Onlooker = { invoked: () => {}, called: () => {}, logged: () => {} };

/** The same wire, with an onlooker beside it. */
export const overheard = (wire: Wire, onlooker: Onlooker): Wire => ({
  ...wire,
  async call(service, operation, input, sandbox) {
    try {
      const answer = await wire.call(service, operation, input, sandbox);
      onlooker.called(service, operation, input, answer);
      return answer;
    } catch (error) {
      onlooker.called(service, operation, input, error);
      throw error;
    }
  },
});
