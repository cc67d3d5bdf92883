import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { z } from 'zod';
import { configurationSchema } from '../../lib/configuration/configuration-schema.ts';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { IdentitySyncStack, type IdentitySyncStackProps } from '../../lib/identity-sync-stack.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const POOL_ID = 'eu-west-1_EXAMPLE1';
export const INSTANCE_ARN = 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555';

/** The flags of `cdk.json`, without which tests would see another template than the command line makes. */
const FLAGS = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;

/** An app that bundles nothing. */
export const createApp = (props: AppProps = {}): App =>
  new App({ builtinCloudFormationValidation: false, context: { ...FLAGS, 'aws:cdk:bundling-stacks': [] }, ...props });

/** The stack that a configuration makes. */
export function createStack(
  configuration: Partial<z.input<typeof configurationSchema>> = { userPoolId: POOL_ID },
  { app = createApp(), ...props }: Partial<IdentitySyncStackProps> & { readonly app?: App } = {},
): IdentitySyncStack {
  const parsed = configurationSchema.parse({ connectInstanceArn: INSTANCE_ARN, ...configuration });
  return new IdentitySyncStack(app, stackNameOf(parsed), {
    configuration: parsed,
    env: { account: ACCOUNT, region: REGION },
    ...props,
  });
}

/** The stages in which the product is deployed: onto a pool that exists, or with one of its own. */
export const STAGES = [
  { stage: 'imported-pool', configuration: { userPoolId: POOL_ID } },
  { stage: 'created-pool', configuration: { createUserPool: true } },
] as const;

/** A resource as the template has it. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of no fixed shape
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** All resources of a stack by their logical ids. */
export const resourcesOf = (stack: IdentitySyncStack): Readonly<Record<string, Resource>> =>
  Template.fromStack(stack).toJSON().Resources;

/** The resources of one type, with their logical ids. */
export const ofType = (
  resources: Readonly<Record<string, Resource>>,
  type: string,
): readonly (Resource & { readonly id: string })[] =>
  Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [{ id, ...resource }] : []));
