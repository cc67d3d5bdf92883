import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-connect';
import { unsupported } from '../../service.ts';
import { type Context, readUser, spreadOf, userToWrite } from './context.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { parseArn } from './identifiers.ts';
import type { Instance } from './instances.ts';
import { tagMap, text } from './members.ts';

/** The instance and the user that `resourceArn` names; tags of anything else are not modelled. */
function findTagged(context: Context, resourceArn: unknown): { readonly instance: Instance; readonly userId: string } {
  const arn = parseArn(context.cloud, text(resourceArn, 'resourceArn', { min: 1 }), 'resourceArn');
  const instance = context.instances.require(arn.instanceId);
  if (arn.kind !== 'agent' || arn.id === undefined)
    throw unsupported(`tags of anything but a user in Amazon Connect (${arn.kind ?? 'instance'})`);
  return { instance, userId: arn.id };
}

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TagResource.html */
export const createTagResource =
  (context: Context) =>
  (input: TagResourceRequest): Record<string, never> => {
    const { instance, userId } = findTagged(context, input.resourceArn);
    const record = userToWrite(context, instance, userId);
    const tags = { ...record.tags, ...tagMap(input.tags, 'tags') };
    if (Object.keys(tags).length > 50) throw invalidRequest('A user may have 50 tags.');
    context.users.put({ ...record, tags }, spreadOf(context, record.id));
    return {};
  };

/** Keys that are not there are no error. @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UntagResource.html */
export const createUntagResource =
  (context: Context) =>
  (input: UntagResourceRequest): Record<string, never> => {
    const { instance, userId } = findTagged(context, input.resourceArn);
    const record = userToWrite(context, instance, userId);
    const keys = input.tagKeys;
    if (keys === undefined) throw invalidRequest('tagKeys is required and was not given.');
    if (!Array.isArray(keys) || keys.length < 1 || keys.length > 50)
      throw invalidParameter('tagKeys must hold 1 to 50 keys.');
    const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !keys.includes(key)));
    context.users.put({ ...record, tags }, spreadOf(context, record.id));
    return {};
  };

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListTagsForResource.html */
export const createListTagsForResource =
  (context: Context) =>
  (input: ListTagsForResourceRequest): ListTagsForResourceResponse => {
    const { instance, userId } = findTagged(context, input.resourceArn);
    return { tags: { ...readUser(context, instance, userId).tags } };
  };
