import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import { findMismatches, type Mismatch } from './conform.ts';
import type { FindModel } from './service-models.ts';
import { mistyped, unknownMember } from './shapes.ts';

/** Checks the requests and answers of every caller against the schemas of the AWS SDK. */
export interface Contract {
  /**
   * @throws {AwsError} SerializationException for an unknown member or a wrong type; for a missing member the error of the service.
   */
  checkRequest(service: string, operation: string, input: object): Promise<void>;
  /** @throws {AwsError} InternalFailure with the name of the member. It is a defect of the service that answered. */
  checkResponse(service: string, operation: string, output: unknown): Promise<void>;
}

/** Creates the checks. A service or operation without a schema is not checked. */
export function createContract(findModel: FindModel): Contract {
  const shapesOf = async (service: string, operation: string) =>
    (await findModel(service)?.())?.operations.get(operation);
  return {
    async checkRequest(service, operation, input) {
      const shapes = await shapesOf(service, operation);
      if (shapes === undefined) return;
      const mismatches = findMismatches(shapes.input, input);
      if (mismatches.length === 0) return;
      const wrong = mismatches.find(({ kind }) => kind !== 'missing');
      if (wrong !== undefined) throw toSerializationError(wrong);
      throw (MISSING[service] ?? validation('ValidationException'))(mismatches.map(({ path }) => path));
    },
    async checkResponse(service, operation, output) {
      const shapes = await shapesOf(service, operation);
      const [first] = shapes === undefined ? [] : findMismatches(shapes.output, output);
      if (first === undefined) return;
      const message = `${service}.${operation} answered with ${first.path.join('.') || 'a value'} ${PROBLEMS[first.kind]}`;
      process.stderr.write(`${message}\n`);
      throw new AwsError('InternalFailure', `The local cloud has a defect: ${message}.`, 500);
    },
  };
}

const PROBLEMS: Readonly<Record<Mismatch['kind'], string>> = {
  missing: 'missing, which is required',
  unknown: 'that is not in the schema',
  mistyped: 'of a type that is not in the schema',
};

function toSerializationError({ kind, path, schema, value }: Mismatch): AwsError {
  const place = path.map((name) => `/${name}`).join('');
  return kind === 'unknown' ? unknownMember(schema, place) : mistyped(typeName(schema), value, place);
}

function typeName(schema: NormalizedSchema): string {
  if (schema.isListSchema()) return 'List';
  if (schema.isStructSchema() || schema.isMapSchema()) return 'Map';
  if (schema.isBlobSchema()) return 'Blob';
  if (schema.isTimestampSchema()) return 'Timestamp';
  if (schema.isBooleanSchema()) return 'Boolean';
  return schema.isNumericSchema() ? 'Integer' : 'String';
}

type Path = Mismatch['path'];

/** A place in the form of AWS's model validation: `entries.1.member.id`. */
const modelPath = (path: Path): string =>
  path
    .map((name) => (typeof name === 'number' ? `${name + 1}.member` : name.charAt(0).toLowerCase() + name.slice(1)))
    .join('.');

const validation =
  (code: string, value = 'Value null') =>
  (paths: readonly Path[]): AwsError => {
    const errors = paths.map(
      (path) => `${value} at '${modelPath(path)}' failed to satisfy constraint: Member must not be null`,
    );
    return new AwsError(
      code,
      `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: ${errors.join('; ')}`,
    );
  };

/** The error of a service when members are missing. Services that are not listed answer ValidationException. */
const MISSING: Readonly<Record<string, (paths: readonly Path[]) => AwsError>> = {
  'cognito-idp': validation('InvalidParameterException', 'Value'),
  cloudformation: validation('ValidationError'),
  iam: validation('ValidationError'),
  sts: validation('ValidationError'),
  connect: ([path = []]) => new AwsError('InvalidRequestException', `${path.join('.')} is required and was not given.`),
  sqs: ([path = []]) => new AwsError('MissingParameter', `The request must contain the parameter ${path.join('.')}.`),
};
