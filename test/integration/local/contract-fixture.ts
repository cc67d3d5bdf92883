import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../../local/cloud.ts';

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
  /** The error that has to come instead. */
  readonly fails?: { readonly name: string; readonly status: number; readonly message?: RegExp };
  readonly keep?: (output: Record<string, unknown>, state: State) => void;
}

interface Client {
  send(command: never): Promise<object>;
}

/** What {@link describeContract} needs of a service. */
export interface Contract {
  /** Module of the SDK client. */
  readonly sdk: object;
  readonly createClient: (config: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  }) => Client;
  readonly served: (local: LocalCloud) => object;
  readonly prepare?: (local: LocalCloud, state: State) => Promise<void>;
  readonly steps: readonly Step[];
}

/**
 * Runs the steps in their order by the real SDK against one local cloud, whose gateway holds every answer to the SDK's
 * own schema, and checks that no served operation is left out.
 */
export function describeContract({ sdk, createClient, served, prepare, steps }: Contract): void {
  const state: State = {};
  let local: LocalCloud;
  let client: Client;
  beforeAll(async () => {
    const quotas = { default: { ratePerSecond: 1_000, burst: 1_000 } };
    local = await createLocalCloud({ connect: { settings: { quotas } } });
    const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' };
    client = createClient({ endpoint: local.endpoint, region: 'eu-west-1', maxAttempts: 1, credentials });
    await prepare?.(local, state);
  });
  afterAll(() => local?.close());

  it.each(steps.map((step) => [step.operation, step.shows ?? 'works', step] as const))(
    '%s: %s',
    async (_o, _s, step) => {
      const { operation, input, answers, fails, keep } = step;
      const Command = (sdk as Readonly<Record<string, new (members: object) => object>>)[`${operation}Command`];
      if (Command === undefined) throw new Error(`The SDK has no ${operation}.`);
      const answer = client.send(new Command(input(state, local)) as never);

      if (fails !== undefined) {
        const { name, status, message = /./ } = fails;
        await expect(answer).rejects.toMatchObject({
          name,
          message: expect.stringMatching(message),
          $metadata: { httpStatusCode: status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        });
        return;
      }
      const output = await answer;
      expect(output).toMatchObject(answers?.(state) ?? {});
      keep?.(output as Record<string, unknown>, state);
    },
  );

  it('leaves out no operation that is served', () => {
    const covered = new Set(steps.filter(({ fails }) => fails === undefined).map(({ operation }) => operation));

    expect(Object.keys(served(local)).filter((operation) => !covered.has(operation))).toEqual([]);
  });
}
