import { AwsError } from '../../service.ts';
import type { Values } from './attributes.ts';
import type { Context } from './context.ts';
import type { Pool, User } from './model.ts';

/** The modelled triggers. An operation that would fire another one is refused. */
export type TriggerName = 'CustomMessage' | 'PostConfirmation' | 'PostAuthentication';

/** How long Cognito waits for a function. It cannot be changed. */
const TRIGGER_TIMEOUT_MS = 5_000;

/** The app client id in events of admin calls. */
export const NO_CLIENT = 'CLIENT_ID_NOT_APPLICABLE';

interface Invocation {
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
}

/** The members that the events of all triggers have. */
export const triggerEvent = (
  context: Context,
  pool: Pool,
  userName: string,
  clientId: string,
  triggerSource: string,
) => ({
  version: '1',
  region: context.cloud.region,
  userPoolId: pool.id,
  userName,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
  triggerSource,
});

/** Attributes as an event shows them: strings, including the sub and the status. */
export const eventAttributes = (user: Pick<User, 'sub' | 'status'>, values: Values): Record<string, string> => ({
  sub: user.sub,
  'cognito:user_status': user.status,
  ...Object.fromEntries(values),
});

const parse = (payload: Uint8Array | undefined): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};

function withinTime<Output>(context: Context, work: Promise<Output>): Promise<Output> {
  return new Promise((resolve, reject) => {
    const cancel = context.cloud.clock.schedule(TRIGGER_TIMEOUT_MS, () =>
      reject(new AwsError('TimeoutException', 'Socket timeout while invoking Lambda function')),
    );
    work.then(resolve, reject).finally(cancel);
  });
}

/**
 * Invokes a trigger of the pool's `LambdaConfig` as `cognito-idp.amazonaws.com` for this pool. It is never retried.
 *
 * @returns the `response` member of the function's answer; `undefined` when the pool has no such trigger.
 * @throws {AwsError} `UserLambdaValidationException` (the function failed), `UnexpectedLambdaException` (not permitted,
 * missing, or not answered within {@link TRIGGER_TIMEOUT_MS}), `InvalidLambdaResponseException` (no usable answer).
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export async function fireTrigger(
  context: Context,
  pool: Pool,
  trigger: TriggerName,
  event: object,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const functionArn = pool.settings.LambdaConfig?.[trigger];
  if (functionArn === undefined || functionArn === '') return undefined;
  const invocation = context.cloud.call<Invocation>(
    'lambda',
    'Invoke',
    {
      FunctionName: functionArn,
      InvocationType: 'RequestResponse',
      Payload: new TextEncoder().encode(JSON.stringify(event)),
    },
    { kind: 'service', principal: 'cognito-idp.amazonaws.com', sourceArn: pool.arn },
  );
  const { FunctionError, Payload } = await withinTime(context, invocation).catch((error: unknown) => {
    const reason =
      error instanceof AwsError ? (error.code === 'TimeoutException' ? error.message : error.code) : String(error);
    throw new AwsError('UnexpectedLambdaException', `${trigger} invocation failed due to error ${reason}.`);
  });
  const answer = parse(Payload);
  if (FunctionError !== undefined) {
    const { errorMessage } = (answer ?? {}) as { readonly errorMessage?: string };
    throw new AwsError(
      'UserLambdaValidationException',
      `${trigger} failed with error ${errorMessage ?? FunctionError}.`,
    );
  }
  const response =
    typeof answer === 'object' && answer !== null ? (answer as { readonly response?: unknown }).response : undefined;
  if (typeof response !== 'object' || response === null || Array.isArray(response))
    throw new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output');
  return response as Readonly<Record<string, unknown>>;
}
