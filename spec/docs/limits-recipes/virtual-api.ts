import { stop, type Limit } from 'tenax';
import { retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { seededRandom } from '../../../lib/base/random.js';

export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Called when a request arrives. */
export type Handler = (request: ApiRequest, clock: VirtualClock) => ApiAnswer | Promise<ApiAnswer>;

/** Milliseconds that a request or an answer travels: at least, and by how much more at most. */
const TRAVEL = 20;
const VARIATION = 10;

/** A server on virtual time: what it answers, and how often. */
export class VirtualApi {
  readonly clock = new VirtualClock();
  /** How often each status was answered. */
  readonly answered = new Map<number, number>();
  #sent = 0;
  /** Requests that have not been answered, times milliseconds. */
  #inFlight = 0;
  #area = 0;
  #since = 0;
  readonly #random = seededRandom(1);
  readonly #handler: Handler;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  get succeeded(): number {
    return this.answered.get(200) ?? 0;
  }

  /** Answers other than 200. */
  get refused(): number {
    let all = 0;
    for (const count of this.answered.values()) all += count;
    return all - this.succeeded;
  }

  /** Requests in flight on average so far, as the client sees them. */
  get meanInFlight(): number {
    this.#count(0);
    return this.#area / this.clock.now();
  }

  /**
   * Sends `request(i, caller)` again and again from `callers` at once for `ms` milliseconds through a client with this limiter.
   */
  async load(
    limiter: Limit | readonly Limit[],
    request: (i: number, caller: number) => { url: string } & RequestInit,
    { callers, ms, ...options }: { callers: number; ms: number } & FetchRetryOptions,
  ): Promise<void> {
    const { clock } = this;
    const fetch = retryingFetch(
      { limiter: limiter as never, clock, stop: stop.never, ...options } as FetchRetryOptions,
      (input, init) => this.#fetch(input as string, init),
    );
    const end = new AbortController();
    const call = async (_: unknown, caller: number): Promise<void> => {
      while (!end.signal.aborted) {
        const { url, ...init } = request((this.#sent += 1), caller);
        const response = await fetch(url, { ...init, signal: end.signal });
        await response.text();
      }
    };
    const all = Promise.allSettled(Array.from({ length: callers }, call));
    await clock.advance(ms);
    end.abort();
    for (const result of await all) {
      if (result.status === 'rejected' && !end.signal.aborted) throw result.reason;
      if (result.status === 'rejected' && (result.reason as Error).name !== 'AbortError') throw result.reason;
    }
  }

  async #fetch(url: string, init: RequestInit | undefined): Promise<Response> {
    const { clock } = this;
    this.#count(1);
    try {
      await clock.sleep(this.#travel());
      const request = { method: init?.method ?? 'GET', url, body: String(init?.body ?? '') };
      const { status = 200, headers, body = {} } = await this.#handler(request, clock);
      this.answered.set(status, (this.answered.get(status) ?? 0) + 1);
      const date = new Date(clock.now()).toUTCString();
      await clock.sleep(this.#travel());
      return new Response(JSON.stringify(body), { status, headers: { date, ...headers } });
    } finally {
      this.#count(-1);
    }
  }

  #travel(): number {
    return TRAVEL + VARIATION * this.#random();
  }

  #count(change: number): void {
    const now = this.clock.now();
    this.#area += this.#inFlight * (now - this.#since);
    this.#since = now;
    this.#inFlight += change;
  }
}

export const seconds = (ms: number): string => String(Math.ceil(ms / 1000));
