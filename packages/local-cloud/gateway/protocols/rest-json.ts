import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../service.ts';
import { unknownOperation } from '../dispatch.ts';
import type { ServiceModel } from '../models.ts';
import { fromJson, fromText, structMembers, toJson, unknownMember } from '../shapes.ts';
import { parseJson } from './json.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { createRouter, type RouteMatch, type Router } from './rest-routes.ts';

/** What REST JSON needs to know about a service. */
export interface RestJsonOptions {
  /** SigV4 signing name, for messages. */
  readonly service: string;
  readonly model: () => Promise<ServiceModel>;
  /** Members that every error body has in addition to its message. */
  readonly errorMembers?: (error: AwsError) => Readonly<Record<string, unknown>>;
}

/**
 * REST JSON: routes, labels, query, headers, payload and status from the schemas of the AWS SDK.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function createRestJsonProtocol({ service, model, errorMembers }: RestJsonOptions): Protocol {
  let router: Router | undefined;
  const route = async (request: WireRequest): Promise<RouteMatch> => {
    router ??= createRouter((await model()).operations.values());
    const match = router(request.method, request.path, request.query);
    if (match !== undefined) return match;
    const { code, message } = unknownOperation(service, `${request.method} ${request.path}`);
    throw new AwsError(code, message, 404);
  };
  return {
    async parse(request) {
      const { operation, labels } = await route(request);
      return { operation: operation.name, input: readInput(operation.input, request, labels) };
    },
    async success(operation, output, requestId) {
      const model_ = (await model()).operations.get(operation);
      if (model_ === undefined) throw unknownOperation(service, operation);
      const written = writeOutput(model_.output, output);
      return {
        status: written.status ?? model_.route?.status ?? 200,
        headers: { 'x-amzn-requestid': requestId, ...written.headers },
        body: written.body,
      };
    },
    failure: (error, requestId) => ({
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        ...(error.code === '' ? {} : { 'x-amzn-errortype': error.code }),
      },
      body: toJson({ ...errorMembers?.(error), Message: error.message, ...error.members }),
    }),
  };
}

function readInput(schema: NormalizedSchema, request: WireRequest, labels: RouteMatch['labels']): object {
  const input: Record<string, unknown> = {};
  const inBody = new Map<string, NormalizedSchema>();
  let isPayload = false;
  for (const [name, member] of structMembers(schema)) {
    const { httpLabel, httpQuery, httpHeader, httpPayload } = member.getMergedTraits();
    if (httpLabel) input[name] = fromText(member, labels[name] ?? '', name);
    else if (httpQuery !== undefined) assign(input, name, readQuery(member, request.query.getAll(httpQuery), name));
    else if (httpHeader !== undefined) assign(input, name, readHeader(member, request, httpHeader));
    else if (httpPayload) {
      isPayload = true;
      assign(input, name, readPayload(member, request.body));
    } else inBody.set(name, member);
  }
  if (isPayload) return input;
  for (const [name, value] of Object.entries(parseJson(request.body))) {
    const member = inBody.get(name);
    if (member === undefined) throw unknownMember(schema, `/${name}`);
    if (value !== null) input[name] = fromJson(member, value, `/${name}`);
  }
  return input;
}

function readQuery(member: NormalizedSchema, values: readonly string[], name: string): unknown {
  const [first] = values;
  if (first === undefined) return undefined;
  return member.isListSchema()
    ? values.map((value) => fromText(member.getValueSchema(), value, name))
    : fromText(member, first, name);
}

function readHeader(member: NormalizedSchema, { headers }: WireRequest, header: string): unknown {
  const value = headers[header.toLowerCase()];
  return value === undefined ? undefined : fromText(member, String(value), header);
}

function readPayload(member: NormalizedSchema, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (member.isBlobSchema()) return new Uint8Array(body);
  return member.isStringSchema() ? body.toString() : fromJson(member, parseJson(body));
}

interface WrittenOutput {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

function writeOutput(schema: NormalizedSchema, output: unknown): WrittenOutput {
  if (schema.isUnitSchema()) return { headers: {}, body: '' };
  const values = (output ?? {}) as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const json: Record<string, unknown> = {};
  let status: number | undefined;
  let payload: string | Uint8Array | undefined;
  for (const [name, member] of structMembers(schema)) {
    const { httpHeader, httpPayload, httpResponseCode } = member.getMergedTraits();
    const value = values[name];
    if (httpPayload) payload = toPayload(value);
    else if (value === undefined || value === null) continue;
    else if (httpResponseCode) status = Number(value);
    else if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = toHeader(value);
    else json[name] = value;
  }
  return { ...(status === undefined ? {} : { status }), headers, body: payload ?? toJson(json) };
}

function toPayload(value: unknown): string | Uint8Array {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' || value instanceof Uint8Array ? value : toJson(value);
}

const toHeader = (value: unknown): string => (value instanceof Date ? value.toUTCString() : String(value));

function assign(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) target[name] = value;
}
