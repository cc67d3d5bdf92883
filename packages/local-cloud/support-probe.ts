import type { NormalizedSchema } from '@smithy/core/schema';
import { createModels } from './gateway/service-models.ts';
import { requiredMembers, structMembers } from './gateway/shapes.ts';
import { AwsError, type Cloud } from './service.ts';

/**
 * Finds the request members of an operation that a service does not model. It calls the operation once for each optional
 * member, with the required ones, and collects the refusals. `cloud` must be a temporary one.
 *
 * @returns the members that the refusals name. A service whose requests have no schema has none.
 */
export async function probeRefusedMembers(
  cloud: Cloud,
  service: string,
  operation: string,
): Promise<readonly string[]> {
  const shapes = (await findModel(service)?.())?.operations.get(operation);
  if (shapes === undefined) return [];
  const members = structMembers(shapes.input);
  const required = requiredMembers(shapes.input);
  const base = Object.fromEntries(required.map((name) => [name, sample(name, members.get(name))]));
  const refused: string[] = [];
  for (const [name, member] of members) {
    if (required.includes(name)) continue;
    const input = { ...base, [name]: sample(name, member) };
    const refusal = await refusalOf(cloud, service, operation, input);
    if (refusal?.includes(name)) refused.push(refusal.includes('other than') ? refusal : name);
  }
  return refused;
}

const findModel = createModels();

async function refusalOf(cloud: Cloud, service: string, operation: string, input: object): Promise<string | undefined> {
  try {
    await cloud.call(service, operation, input, { kind: 'account' });
  } catch (error) {
    const isRefusal = error instanceof AwsError && error.code === 'UnsupportedOperation';
    return isRefusal ? /^The local cloud does not model (.*)\. Supported:/.exec(error.message)?.[1] : undefined;
  }
  return undefined;
}

/** Values in the right form, for a service that checks the form before the members. */
const SAMPLES: Readonly<Record<string, string>> = { UserPoolId: 'eu-west-1_Probe0001' };

function sample(name: string, schema: NormalizedSchema | undefined): unknown {
  if (schema === undefined) return undefined;
  if (schema.isListSchema()) return [sample('', schema.getValueSchema())];
  if (schema.isMapSchema()) return { probe: sample('', schema.getValueSchema()) };
  if (schema.isStructSchema()) {
    const members = structMembers(schema);
    return Object.fromEntries(requiredMembers(schema).map((member) => [member, sample(member, members.get(member))]));
  }
  if (schema.isBlobSchema()) return new Uint8Array(1);
  if (schema.isTimestampSchema()) return new Date(0);
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 1;
  return SAMPLES[name] ?? 'probe';
}
