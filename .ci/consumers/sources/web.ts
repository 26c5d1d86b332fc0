// What a page or a worker does with tenax. It is bundled for the web and run where nothing of Node is.
import { Retry, RetryError, TokenBucket, retry, retryIf, stop, wait } from 'tenax';
import { NetworkError, RateLimitError, fetchWithBackoff, paginate, retryingFetch } from 'tenax/http';

class Search {
  calls = 0;

  @Retry({ stop: stop.afterAttempt(3), wait: wait.fixed(1), retryIf: retryIf.exceptionType(TypeError) })
  async find(text: string): Promise<string> {
    this.calls += 1;
    if (this.calls < 3) throw new TypeError('not yet');
    return `found ${text} at ${this.calls}`;
  }
}

/** A fetch that answers each of these once. */
const answering = (...answers: readonly (Response | Error)[]): typeof fetch & { asked: string[] } => {
  const left = [...answers];
  const asked: string[] = [];
  return Object.assign(
    async (input: RequestInfo | URL) => {
      asked.push(String(input));
      const answer = left.shift();
      if (answer === undefined) throw new Error('no answer is left');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { asked },
  );
};
const json = (body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json', ...headers } });
const failing = (status: number, headers: Record<string, string> = {}): Response =>
  new Response('no', { status, headers });

export async function main(): Promise<Record<string, unknown>> {
  const error: unknown = await retry(() => Promise.reject(new Error('always')), { stop: stop.afterAttempt(2) })().catch(
    (thrown: unknown) => thrown,
  );

  const controller = new AbortController();
  const asleep = retry(() => Promise.reject(new Error('x')), {
    wait: wait.fixed(3_600_000),
    signal: controller.signal,
  })();
  setTimeout(() => controller.abort(new Error('enough')), 5);
  const aborted: unknown = await asleep.catch((thrown: unknown) => (thrown as Error).message);

  const bucket = new TokenBucket({ rate: 1000, capacity: 1 });
  const waits = await Promise.all([bucket.acquire(), bucket.acquire()]);

  const flaky = answering(failing(503), failing(429, { 'retry-after': '0' }), json({ ok: true }));
  const answer = await retryingFetch({ wait: wait.none(), limiter: bucket }, flaky)('https://api.example.com/items');

  const pages = answering(json([1, 2], { link: '<https://api.example.com/items?p=2>; rel="next"' }), json([3]));
  const items: number[] = [];
  for await (const item of paginate<number>(pages, 'https://api.example.com/items', { next: 'link' })) items.push(item);

  globalThis.fetch = answering(failing(429, { 'retry-after': '0' }), failing(429));
  const limited: unknown = await fetchWithBackoff('https://api.example.com/x', { maxRetries: 1, baseDelay: 1 }).catch(
    (thrown: unknown) => thrown,
  );
  const broken = retryingFetch(
    { stop: stop.afterAttempt(1), wait: wait.none() },
    answering(new TypeError('fetch failed')),
  );
  const unreachable: unknown = await broken('https://api.example.com/x').catch((thrown: unknown) => thrown);

  return {
    decorated: await new Search().find('x'),
    gaveUp: error instanceof RetryError && !(error instanceof NetworkError) && error.attempts,
    aborted,
    limiter: waits[0] === 0 && (waits[1] ?? 0) > 0,
    fetch: [answer.status, flaky.asked.length],
    items,
    limited: limited instanceof RateLimitError && limited.status,
    unreachable: unreachable instanceof NetworkError,
  };
}
