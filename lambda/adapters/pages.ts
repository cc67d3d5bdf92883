/**
 * Reads a list to its end, page by page. A page says nothing of the list: it may be short or empty and have another one
 * behind it. Only a page without a token, or with an empty one, is the last.
 *
 * @param read - reads the page of a token; the first page has none.
 * @param tokenOf - the token of the next page.
 */
export async function* pagesOf<Page, Token = string>(
  read: (token: Token | undefined) => Promise<Page>,
  tokenOf: (page: Page) => Token | undefined,
): AsyncGenerator<Page, void> {
  let token: Token | undefined;
  do {
    const page = await read(token);
    yield page;
    token = tokenOf(page);
  } while (token !== undefined && token !== '' && !isEmptyKey(token));
}

/** The key of a DynamoDB page is an object. */
const isEmptyKey = (token: unknown): boolean =>
  typeof token === 'object' && token !== null && Object.keys(token).length === 0;
