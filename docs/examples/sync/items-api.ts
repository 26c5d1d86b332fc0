import LinkHeader from 'http-link-header';
import type { Logger } from 'winston';
import { Retry, beforeSleep, stop, wait, retryIf, type TokenBucket } from 'tenax';
import { NetworkError, RateLimitError, RetryingAxios, ServerError } from 'tenax/axios';

export interface Page {
  readonly items: readonly unknown[];
  /** The address of the next page where the API says it; `undefined` where pages are counted. */
  readonly next: string | undefined;
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
    const items = Array.isArray(data) ? data : (data.items ?? data.results);
    if (!Array.isArray(items)) throw new TypeError('the answer holds no list of items (an array, items or results)');
    const link = LinkHeader.parse(String(headers.link ?? '')).rel('next')[0]?.uri;
    const following: unknown = link ?? data.next ?? undefined;
    return { items, next: typeof following === 'string' ? this.address(following, next ?? this.url) : undefined };
  }

  /** The next page's address. Credentials go along, so no other origin gets them. */
  private address(next: string, current: string): string {
    const address = new URL(next, current);
    if (address.origin !== new URL(this.url).origin)
      throw new Error(`the next page is at another origin, ${address.origin}`);
    return address.href;
  }
}
