import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../cloud.ts';

/** What earlier steps have left for later ones. */
export type State = Record<string, string>;

/** One call of a contract: what goes in, and what has to come out. */
export interface Step {
  readonly operation: string;
  /** What this step shows, beside that the operation works. */
  readonly shows?: string;
  readonly input: (state: State, local: LocalCloud) => object;
  /** Members that the answer has to have. */
  readonly answers?: (state: State) => object;
  /** It takes a while until the answer is that. */
  readonly comesTrue?: true;
  /** The error that has to come instead. */
  readonly fails?: { readonly name: string; readonly status: number; readonly message?: RegExp };
  readonly keep?: (output: Record<string, unknown>, state: State) => void;
}

/** Makes one call, and fails with an error that has the members of those of the AWS SDK. */
export type Ask = (operation: string, input: object) => Promise<object>;

/** Where a client finds the local cloud, and what it signs with. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What {@link describeContract} needs of a service. */
export interface Contract {
  readonly service: keyof LocalCloud['services'];
  readonly connect: (config: ClientConfig) => Ask;
  readonly prepare?: (local: LocalCloud, state: State) => Promise<void>;
  readonly steps: readonly Step[];
}

/** Calls by the real SDK; `sdk` is the module of its client. */
export const bySdk =
  (sdk: object, createClient: (config: ClientConfig) => { send(command: never): Promise<object> }) =>
  (config: ClientConfig): Ask => {
    const client = createClient(config);
    return (operation, input) => {
      const Command = (sdk as Readonly<Record<string, new (members: object) => object>>)[`${operation}Command`];
      if (Command === undefined) throw new Error(`The SDK has no ${operation}.`);
      return client.send(new Command(input) as never);
    };
  };

/**
 * Runs the steps in their order against one local cloud, whose gateway holds every answer to the SDK's own schema, and
 * checks that no served operation is left out.
 */
export function describeContract({ service, connect, prepare, steps }: Contract): void {
  const state: State = {};
  let local: LocalCloud;
  let ask: Ask;
  beforeAll(async () => {
    const quotas = { default: { ratePerSecond: 1_000, burst: 1_000 } };
    local = await createLocalCloud({ connect: { settings: { quotas } } });
    const { endpoint, credentials } = local;
    ask = connect({ endpoint, region: 'eu-west-1', maxAttempts: 1, credentials });
    await prepare?.(local, state);
  });
  afterAll(() => local?.close());

  it.each(steps.map((step) => [step.operation, step.shows ?? 'works', step] as const))(
    '%s: %s',
    async (_o, _s, step) => {
      const { operation, input, answers, fails, keep, comesTrue } = step;
      const call = async () => {
        const output = await ask(operation, input(state, local));
        expect(output).toMatchObject(answers?.(state) ?? {});
        return output;
      };

      if (fails === undefined) {
        const output = comesTrue === true ? await vi.waitFor(call, { timeout: 300_000 }) : await call();
        keep?.(output as Record<string, unknown>, state);
        return;
      }
      const { name, status, message = /./ } = fails;
      await expect(ask(operation, input(state, local))).rejects.toMatchObject({
        name,
        message: expect.stringMatching(message),
        $metadata: { httpStatusCode: status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
    },
  );

  it('leaves out no operation that is served', () => {
    const { operations } = local.services[service] as { readonly operations: object };
    const covered = new Set(steps.filter(({ fails }) => fails === undefined).map(({ operation }) => operation));

    expect(Object.keys(operations).filter((operation) => !covered.has(operation))).toEqual([]);
  });
}
