/**
 * Reads a list to its end, page by page. A short or empty page may have a next page. Only a page without a token, or with
 * an empty token, is the last.
 *
 * @param read - reads the page of a token; the first page has no token.
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
