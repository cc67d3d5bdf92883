import { NormalizedSchema } from '@smithy/core/schema';

/** The shapes of an operation and its REST route, if it has one, from the schemas of the AWS SDK. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly route?: { readonly method: string; readonly uri: string; readonly status: number };
}

/** The codes of one modelled error, for each protocol of its service. */
interface ErrorModel {
  readonly name: string;
  /** For example `com.amazonaws.sqs`. */
  readonly namespace: string;
  /** Code and status in the Query protocol, when they differ from the name. */
  readonly query?: { readonly code: string; readonly status: number };
}

/** What an SDK client package knows about its service. */
export interface ServiceModel {
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: readonly ErrorModel[];
}

/**
 * Reads the service model from an SDK client package, once, at the first call.
 *
 * @param load - imports the package, for example `() => import('@aws-sdk/client-sqs')`.
 */
export function createModel(load: () => Promise<object>): () => Promise<ServiceModel> {
  let model: Promise<ServiceModel> | undefined;
  return () => {
    model ??= load().then(readModel);
    return model;
  };
}

function readModel(client: object): ServiceModel {
  const operations = new Map<string, OperationModel>();
  const errors: ErrorModel[] = [];
  for (const schema of Object.values(client)) {
    if (isOperation(schema)) operations.set(schema[2], toOperation(schema));
    else if (isError(schema)) errors.push(toError(schema));
  }
  return { operations, errors };
}

// The form of the SDK's schemas: kind, namespace, name, traits, and then members that depend on the kind.
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
type OperationSchema = readonly [kind: 9, namespace: string, name: string, traits: unknown, SchemaRef, SchemaRef];
type ErrorSchema = readonly [kind: -3, namespace: string, name: string, ...rest: unknown[]];

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;
const isError = (value: unknown): value is ErrorSchema => Array.isArray(value) && value[0] === -3;

const traitsOf = (schema: OperationSchema | ErrorSchema) =>
  NormalizedSchema.of(schema as unknown as SchemaRef).getMergedTraits();

function toOperation(schema: OperationSchema): OperationModel {
  const [, , name, , input, output] = schema;
  const model = { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
  const { http } = traitsOf(schema);
  if (http === undefined) return model;
  const [method, uri, status] = http;
  return { ...model, route: { method, uri, status } };
}

function toError(schema: ErrorSchema): ErrorModel {
  const [, namespace, name] = schema;
  const awsQueryError = traitsOf(schema).awsQueryError as readonly [code: string, status: number] | undefined;
  if (awsQueryError === undefined) return { name, namespace };
  return { name, namespace, query: { code: awsQueryError[0], status: awsQueryError[1] } };
}
