// What a user writes: a decorated, throttled axios service. Compiled in every mode, and run.
import axios from 'axios';
import {
  Retry,
  Retrying,
  RetryError,
  Throttle,
  TokenBucket,
  TryAgain,
  beforeSleep,
  retry,
  retryIf,
  retryPolicies,
  retryWith,
  retryingOf,
  statisticsOf,
  stop,
  wait,
} from 'tenax';
import type { RetryCallState, RetryOptions } from 'tenax';
import { NetworkError, RateLimitError, RetryingAxios, ServerError } from 'tenax/axios';
import { currentAttempt } from 'tenax/context';
import { fetchWithBackoff, paginate, parseRetryAfter, retryingFetch } from 'tenax/http';
import { FlakyServer, VirtualClock } from 'tenax/testing';

interface Item {
  readonly id: number;
}

const bucket = new TokenBucket({ rate: 1000, capacity: 100 });

class ItemsService {
  tries = 0;
  constructor(private readonly attempts: number) {}

  @Retry({
    stop: stop.afterAttempt(3),
    wait: wait.fixed(1).withJitter(1),
    retryIf: retryIf.exceptionType(TypeError),
    reraise: true,
  })
  @Throttle(bucket)
  async item(id: number, label = 'x'): Promise<Item & { label: string }> {
    this.tries += 1;
    if (this.tries < 3) throw new TypeError('not yet');
    return { id, label };
  }

  @Retry((self: ItemsService) => ({ stop: stop.afterAttempt(self.attempts) }))
  async fails(): Promise<void> {
    throw new Error(`attempt ${currentAttempt()?.number}`);
  }

  @Retry(new Retrying({ stop: stop.afterAttempt(2), beforeSleep: beforeSleep.nothing }))
  async generic<T extends object, K extends keyof T>(from: T, key: K): Promise<T[K]> {
    return from[key];
  }

  @Retry({ stop: stop.afterAttempt(2) })
  async chained(): Promise<this> {
    return this;
  }

  @Retry({ stop: stop.afterAttempt(2) })
  static async make(attempts: number): Promise<ItemsService> {
    return new ItemsService(attempts);
  }
}

export async function main(): Promise<string[]> {
  const service = await ItemsService.make(4);
  const item: { id: number; label: string } = await service.item(7, 'seven');
  const given: number = await (await service.chained()).generic({ a: 1 }, 'a');
  const error: unknown = await service.fails().catch((thrown: unknown) => thrown);
  if (!(error instanceof RetryError)) throw new Error('no RetryError');
  const again: Promise<Item> = retryWith(service, 'item', { stop: stop.afterAttempt(1) })(1, 'one');
  await again;
  const options: RetryOptions<number> = { retryIf: (state: RetryCallState<number>) => state.attemptNumber < 2 };
  const wrapped = retry(async (a: number, b: string) => a + b.length, {
    ...options,
    stop: stop.afterAttempt(2),
    retryErrorCallback: () => 4,
  });
  const four: number = await wrapped(1, 'abc');
  const other = wrapped.retryWith({ enabled: false });
  await other(1, 'abc');

  const server = await FlakyServer.start({ script: [503, 429, 200, 503] });
  const api = new RetryingAxios(axios.create({ baseURL: server.url }), { wait: wait.none(), limiter: bucket });
  const { data } = await api.get<{ ok: boolean }>('/items', { retry: { stop: stop.afterAttempt(5) } });
  const plain = axios.create({ baseURL: server.url });
  const detach = RetryingAxios.attach(plain, { wait: wait.none(), idempotencyKey: true });
  const posted = await plain.post<{ ok: boolean }>('/items', { a: 1 });
  detach();
  const response: Response = await retryingFetch({ wait: wait.none() })(`${server.url}/items`, {
    duplex: 'half', // TypeScript's DOM types do not have it
  });
  const text: Response = await fetchWithBackoff(`${server.url}/items`, { maxRetries: 2, baseDelay: 1 });
  const pages: unknown[] = [];
  for await (const one of paginate<Item>(api, '/items', { items: () => [], maxPages: 1 })) pages.push(one);
  await server.close();
  const clock = new VirtualClock();
  if (new TryAgain() instanceof ServerError || new TryAgain() instanceof NetworkError) throw new Error('instanceof');
  return [
    `${item.id} ${item.label} ${given} ${four} ${error.attempts} ${(error.cause as Error).message}`,
    `${data.ok} ${posted.data.ok} ${response.status} ${text.status} ${server.requests.length}`,
    `${String(retryingOf(service, 'item'))} ${statisticsOf(service, 'item')?.attemptNumber} ${retryPolicies(ItemsService).size}`,
    `${parseRetryAfter({ 'retry-after': '2' })} ${RateLimitError.name} ${clock.now()}`,
  ];
}
