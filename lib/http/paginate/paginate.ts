import { abortReason, listen, unlisten } from '../../base/abort.js';
import { countedPages, linkedPages, throwIfAborted } from './pages.js';
import { makePlan } from './plan.js';
import { Requests } from './requests.js';
import type { PageClient, PaginateOptions } from './types.js';

/**
 * Iterates over the items of all pages of an API, in order. With `concurrency` n, up to n pages are requested at once and kept
 * in memory. Reading ends at an empty page (page style), at a page that names no next one (link and cursor style), or at a
 * status of `endsWith`. Leaving the loop aborts the requests in progress.
 *
 * With a retrying client ({@link retryingFetch} or RetryingAxios), a page whose body breaks off is requested again.
 *
 * @throws TypeError or RangeError for a wrong option, at the first `next()`; TypeError for a body without a list of items;
 *   Error for a page that equals the page before it, and for a Link header or next address that cannot be parsed, was read
 *   already or, unless `allowOtherOrigin`, is of another origin; any error of the client; and the typed error of a failed
 *   status. The error of a page is thrown when the items before it have been read.
 *
 * @example
 * ```ts
 * import { paginate, retryingFetch } from 'tenax/http';
 *
 * const server = async (url: unknown) => Response.json(String(url).endsWith('&page=1') ? ['a', 'b'] : []);
 * const items: string[] = [];
 * for await (const item of paginate<string>(retryingFetch({}, server), 'https://api.example.com/items')) items.push(item);
 * console.assert(items.join() === 'a,b');
 * ```
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
      // When the loop was left, its aborted requests are not errors.
      if (!left || thrownIn?.error === error) throw error;
    } finally {
      if (signal !== undefined) unlisten(signal, abort);
      leave();
    }
  }

  const generator = read();
  const end = generator.return.bind(generator);
  const fail = generator.throw.bind(generator);
  // While a generator waits for a page, it does not handle `return` and `throw`. So these abort the requests themselves.
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
