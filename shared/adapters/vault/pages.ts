import type { SecretProperties } from '@azure/keyvault-secrets';

interface Paged {
  byPage(): AsyncIterableIterator<SecretProperties[]>;
}

/**
 * Everything on all pages of a list. Each page has its own time: how many there are nobody knows before. The clock is
 * ours, since the SDK hands its signal to the request for the first page only (`pagingHelpers.js` of its 4.x).
 * @param pageTimeoutMs for one page, its retries included
 */
export async function everyPage(
  list: (abortSignal: AbortSignal) => Paged,
  pageTimeoutMs: number,
): Promise<SecretProperties[]> {
  const given = new AbortController();
  const pages = list(given.signal).byPage();
  const found: SecretProperties[] = [];
  for (;;) {
    const page = await within(pages.next(), pageTimeoutMs, given);
    if (page.done === true) return found;
    found.push(...page.value);
  }
}

async function within<Value>(
  work: Promise<Value>,
  timeoutMs: number,
  given: AbortController,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No page within ${timeoutMs} ms`));
      given.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
