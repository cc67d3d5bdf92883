import { AwsError } from '../../service.ts';
import { unknownOperation } from '../dispatch.ts';
import type { ServiceModel } from '../models.ts';
import { fromJson, toJson } from '../shapes.ts';
import type { Protocol } from './protocol.ts';
import { toQueryCode } from './query-codes.ts';

/** What AWS JSON needs to know about a service. */
export interface JsonOptions {
  /** SigV4 signing name, for messages. */
  readonly service: string;
  readonly version: '1.0' | '1.1';
  /** The text before the operation in X-Amz-Target, for example `AmazonSQS`. */
  readonly target: string;
  /** Without a model, members are not converted. */
  readonly model?: (() => Promise<ServiceModel>) | undefined;
}

// In AWS JSON these come with status 400, where the other protocols answer 403.
const AUTHENTICATION_ERRORS: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'AccessDeniedException',
  'ExpiredTokenException',
  'UnrecognizedClientException',
]);

/**
 * AWS JSON 1.0 and 1.1, with the error header of services that had the Query protocol before (SQS).
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function createJsonProtocol({ service, version, target, model }: JsonOptions): Protocol {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    async parse({ headers: { 'x-amz-target': header }, body }) {
      const [prefix, operation] = splitTarget(String(header ?? ''));
      if (prefix !== target) throw unknownOperation(service, String(header ?? '(no X-Amz-Target)'));
      const value = parseJson(body);
      const shapes = (await model?.())?.operations;
      if (shapes === undefined) return { operation, input: value };
      const shape = shapes.get(operation);
      if (shape === undefined) throw unknownOperation(service, operation);
      return { operation, input: fromJson(shape.input, value) as object };
    },
    success: (_operation, output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: output instanceof Uint8Array ? output : toJson(output ?? {}),
    }),
    async failure(error, requestId) {
      const errors = (await model?.())?.errors ?? [];
      const modelled = errors.find(({ name, query }) => name === error.code || query?.code === error.code);
      const type = modelled?.query === undefined ? error.code : `${modelled.namespace}#${modelled.name}`;
      const queryCode = modelled?.query?.code ?? toQueryCode(error.code);
      const compatible = errors.some(({ query }) => query !== undefined) && {
        'x-amzn-query-error': `${queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}`,
      };
      return {
        status: AUTHENTICATION_ERRORS.has(error.code) ? 400 : error.status,
        headers: { ...headers(requestId), ...compatible },
        body: toJson({ ...(type === '' ? {} : { __type: type }), message: error.message, ...error.members }),
      };
    },
  };
}

/**
 * The parsed JSON object of a body; `{}` for an empty body.
 *
 * @throws {AwsError} SerializationException for anything but an object.
 */
export function parseJson(body: Uint8Array): object {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  } catch (cause) {
    throw new AwsError('SerializationException', `The body is not JSON: ${(cause as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'The body must be a JSON object.');
  }
  return value;
}

function splitTarget(header: string): readonly [string, string] {
  const dot = header.lastIndexOf('.');
  return [header.slice(0, Math.max(dot, 0)), header.slice(dot + 1)];
}
