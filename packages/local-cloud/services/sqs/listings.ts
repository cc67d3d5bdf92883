import type { ListQueuesRequest, ListQueuesResult } from '@aws-sdk/client-sqs';
import type { Context } from './context.ts';
import { invalidParameter, invalidValue } from './errors.ts';

/** One page of names. The token has the last name of the page before. */
function page(names: readonly string[], maximum: number | undefined, token: string | undefined) {
  if (maximum !== undefined && !(maximum >= 1 && maximum <= 1_000)) {
    throw invalidValue(maximum, 'MaxResults', 'Must be an integer from 1 to 1000, if provided.');
  }
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  if (token !== undefined && !/^[\w-]{1,80}(\.fifo)?$/.test(after))
    throw invalidParameter('Invalid or expired next token.');
  const rest = names.filter((name) => name > after);
  const found = rest.slice(0, maximum ?? 1_000);
  // As AWS documents, an answer has a next token only when the request sets MaxResults.
  const more = maximum !== undefined && found.length < rest.length ? found.at(-1) : undefined;
  return { found, ...(more !== undefined && { NextToken: Buffer.from(more).toString('base64url') }) };
}

/** `ListQueues`, page by page in the order of names. */
export const listOperations = (context: Context) => {
  const { registry } = context;
  const urls = (names: readonly string[]) =>
    names.flatMap((name) => registry.byName(name) ?? []).map((queue) => registry.urlOf(queue));
  return {
    ListQueues(input: ListQueuesRequest): ListQueuesResult {
      const names = registry
        .all()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(input.QueueNamePrefix ?? ''));
      const { found, ...token } = page(names, input.MaxResults, input.NextToken);
      return { ...(found.length > 0 && { QueueUrls: urls(found) }), ...token };
    },
  };
};
