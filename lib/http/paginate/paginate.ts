import { abortReason, listen, unlisten } from '../../base/abort.js';
import { countedPages, linkedPages, throwIfAborted } from './pages.js';
import { makePlan } from './plan.js';
import { Requests } from './requests.js';
import type { PageClient, PaginateOptions } from './types.js';

/**
 * Returns the items of all pages of an API, in order. With `concurrency` n, up to n pages are requested at once and kept in
 * memory. Reading ends at an empty page (page style), where a page names no next one (link and cursor style), or at a
 * status of `endsWith`. Leaving the loop aborts the requests in progress.
 *
 * A retrying client ({@link retryingFetch}, RetryingAxios) requests a page again whose body breaks off, under its policy.
 *
 * @throws TypeError or RangeError for a wrong option, at the first `next()`; TypeError for a body of unknown shape; Error
 *   for a page that equals the page before it, and for a Link header or a next address that cannot be read, was read
 *   already or, unless `allowOtherOrigin`, is of another origin; what the client throws, and the typed error of a failing
 *   status. An error of a page is thrown when its turn comes.
 *
 * @example
 * for await (const item of paginate(retryingFetch(), 'https://api.example.com/items', { concurrency: 4 })) console.log(item);
 */
export function paginate<Item = any>(
  client: PageClient,
  url: string,
  options: PaginateOptions<Item> = {},
): AsyncGenerator<Item, void, undefined> {
  const requests = new Requests();
  let left = false;
  let thrownIn: { readonly error: unknown } | undefined;
  const leave = (): void => {
    left = true;
    requests.end(new DOMException('The loop over the pages was left', 'AbortError'));
  };

  async function* read(): AsyncGenerator<Item, void, undefined> {
    const plan = makePlan(client, url, options);
    const { signal } = plan;
    const abort = (): void => {
      requests.end(abortReason(signal as AbortSignal));
    };
    if (signal?.aborted === false) listen(signal, abort);
    let number = plan.startPage;
    try {
      for await (const { items, response } of (plan.next === 'page' ? countedPages : linkedPages)(plan, requests)) {
        await plan.onPage?.({ number, items, response });
        number += 1;
        for (const item of items) {
          throwIfAborted(plan);
          yield item as Item;
        }
      }
    } catch (error) {
      // A request that was aborted by leaving is not an error of the page.
      if (!left || thrownIn?.error === error) throw error;
    } finally {
      if (signal !== undefined) unlisten(signal, abort);
      leave();
    }
  }

  const generator = read();
  const end = generator.return.bind(generator);
  const fail = generator.throw.bind(generator);
  // A generator that waits for a page would hear of `return` and `throw` only after the page has come.
  return Object.assign(generator, {
    return: (value: undefined) => {
      leave();
      return end(value);
    },
    throw: (error: unknown) => {
      thrownIn = { error };
      leave();
      return fail(error);
    },
  });
}
