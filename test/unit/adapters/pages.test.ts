import { describe, expect, it } from 'vitest';
import { pagesOf } from '../../../lambda/adapters/pages.ts';

/** What was asked for, and what came, in a list of pages with these tokens. */
async function follow<Token>(tokens: readonly (Token | undefined)[]) {
  const asked: (Token | undefined)[] = [];
  const pages = pagesOf(
    async (token: Token | undefined) => {
      asked.push(token);
      return asked.length;
    },
    (page) => tokens[page - 1],
  );
  const read: number[] = [];
  for await (const page of pages) read.push(page);
  return { asked, read };
}

describe('a list in pages', () => {
  it.each([
    ['no token', undefined],
    ['an empty token', ''],
  ])('ends at a page with %s', async (_, last) => {
    expect(await follow(['page-2', 'page-3', last])).toEqual({
      asked: [undefined, 'page-2', 'page-3'],
      read: [1, 2, 3],
    });
  });

  it('goes on at the key of an item, and ends at an empty one', async () => {
    const key = { pk: { S: 'user#1' } };

    expect(await follow<object>([key, {}])).toEqual({ asked: [undefined, key], read: [1, 2] });
  });
});
