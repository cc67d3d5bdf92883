import { callAws } from '../../lambda/adapters/aws-errors.ts';

/** Pages of a paginator of the SDK, to its end; a failure is translated as that of a single call. */
export async function* pagesOf<Page>(operation: string, paginator: AsyncGenerator<Page>): AsyncGenerator<Page> {
  for (;;) {
    const { done, value } = await callAws(operation, () => paginator.next());
    if (done === true) return;
    yield value;
  }
}
