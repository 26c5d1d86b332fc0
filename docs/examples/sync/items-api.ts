import LinkHeader from 'http-link-header';
import type { Logger } from 'winston';
import { Retry, beforeSleep, stop, wait, retryIf, type TokenBucket } from 'tenax';
import { NetworkError, RateLimitError, RetryingAxios, ServerError } from 'tenax/axios';

export interface Page {
  readonly items: readonly unknown[];
  /** The address of the next page; `null` where the API says there is none; `undefined` where it says nothing of one. */
  readonly next: string | null | undefined;
}

/** A service class over somebody's paginated API: every attempt takes a token, and failures are retried. */
export class ItemsApi {
  requests = 0;
  throttled = 0;
  private readonly client: RetryingAxios;

  constructor(
    private readonly url: string,
    headers: Record<string, string>,
    limiter: TokenBucket,
    readonly logger: Logger,
  ) {
    this.client = new RetryingAxios(
      { headers, timeout: 30_000 },
      {
        limiter,
        beforeSleep: [
          beforeSleep.log(logger),
          ({ outcome }) => {
            if (outcome?.failed && outcome.error instanceof RateLimitError) this.throttled += 1;
          },
        ],
        wait: wait.retryAfter({ fallback: wait.fullJitter({ initial: 100, max: 10_000 }) }),
        beforeAttempt: (config) => {
          this.requests += 1;
          return config;
        },
      },
    );
  }

  /** The client has retried each request by then; what is still failing after that is tried once more, later. */
  @Retry((self: ItemsApi) => ({
    stop: stop.afterAttempt(2),
    wait: wait.fixed(5000),
    retryIf: retryIf
      .exceptionType(RateLimitError, ServerError)
      .or(
        retryIf.exception(
          (error) => error instanceof NetworkError && error.code !== 'ECONNREFUSED' && error.code !== 'ENOTFOUND',
        ),
      ),
    beforeSleep: beforeSleep.log(self.logger),
    reraise: true,
  }))
  async fetchPage(page: number, perPage: number, next: string | undefined, signal: AbortSignal): Promise<Page> {
    const params = next === undefined ? { page, per_page: perPage } : undefined;
    const { data, headers } = await this.client.get(next ?? this.url, { params, signal });
    // A body may be anything, null too.
    const items = Array.isArray(data) ? data : (data?.items ?? data?.results);
    if (!Array.isArray(items)) throw new TypeError('the answer holds no list of items (an array, items or results)');
    const following = nextOf(String(headers.link ?? ''), data.next);
    return { items, next: typeof following === 'string' ? this.address(following, next ?? this.url) : following };
  }

  /** The next page's address. Credentials go along, those of the address too, so no other origin gets them. */
  private address(next: string, current: string): string {
    const address = new URL(next, current);
    const { origin, username, password } = new URL(this.url);
    if (address.origin !== origin) throw new Error(`the next page is at another origin, ${address.origin}`);
    return Object.assign(address, { username, password }).href;
  }
}

/** What the API says of the next page, in the Link header or in the body. */
function nextOf(header: string, inBody: unknown): string | null | undefined {
  const link = LinkHeader.parse(header);
  const next = link.rel('next')[0]?.uri;
  if (next !== undefined) return next;
  if (typeof inBody === 'string' && inBody !== '') return inBody;
  // A Link header of other things, a preload or a licence, says nothing of pages.
  const ofPages = ['first', 'prev', 'previous', 'last'].some((rel) => link.rel(rel).length > 0);
  return ofPages || inBody === null || inBody === '' ? null : undefined;
}
