/**
 * Requests through an attached instance against a server that fails at random: what is left behind afterwards?
 * `npm run soak -- --requests 5000 --seconds 300`, whichever comes last.
 */
import { once, setMaxListeners } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import axios from 'axios';
import {
  CircuitBreaker,
  CircuitBreakers,
  CircuitOpenError,
  ConcurrencyLimiter,
  SlidingWindow,
  stop,
  TokenBucket,
  wait,
} from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { seededRandom } from '../lib/base/random.js';

const { values } = parseArgs({
  options: { requests: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
const requests = Number(values.requests ?? 5000);
const seconds = Number(values.seconds ?? 0);
const random = seededRandom(Number(values.seed ?? 1));

const server = createServer((request, response) => {
  request.resume();
  const luck = random();
  if (luck < 0.05) return void request.socket.destroy();
  if (luck < 0.1) {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('cut');
    return void setImmediate(() => response.destroy());
  }
  if (luck < 0.11) return; // never answers
  if (luck < 0.2) return void response.writeHead(503).end('x'.repeat(20_000));
  if (luck < 0.25) return void response.writeHead(429, { 'retry-after': '0' }).end();
  if (luck < 0.27) return void response.writeHead(404).end();
  response.setHeader('content-type', 'application/json');
  response.end('{"ok":true}');
}).listen(0, '127.0.0.1');
await once(server, 'listening');

const agent = new Agent({ keepAlive: true, maxSockets: 20 });
const instance = axios.create({
  baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  httpAgent: agent,
  timeout: 200,
});
const slots = new ConcurrencyLimiter({ limit: 40 });
const window = new SlidingWindow({ limit: 20_000, window: 1000 });
RetryingAxios.attach(instance, {
  wait: wait.random({ max: 5 }),
  stop: stop.afterAttempt(4),
  limiter: [new TokenBucket({ rate: 50_000 }), window, slots],
  // A third of the requests fail, so ten fail in a row now and then.
  breaker: new CircuitBreakers({ breaker: () => new CircuitBreaker({ failures: 10, breakFor: wait.fixed(5) }) }),
});
const shared = new AbortController();
// axios itself adds one for each request in flight.
setMaxListeners(0, shared.signal);
let listeners = 0;
const { addEventListener, removeEventListener } = shared.signal;
shared.signal.addEventListener = (...args: unknown[]) => (
  (listeners += 1),
  addEventListener.apply(shared.signal, args as never)
);
shared.signal.removeEventListener = (...args: unknown[]) => (
  (listeners -= 1),
  removeEventListener.apply(shared.signal, args as never)
);

const ends = { good: 0, open: 0, refused: 0, given: 0, aborted: 0 };
async function one(): Promise<void> {
  const luck = random();
  const controller = new AbortController();
  const own = luck < 0.05;
  if (own) setTimeout(() => controller.abort(), 10);
  try {
    await instance
      .get('/x', { signal: own ? controller.signal : shared.signal, responseType: luck > 0.8 ? 'stream' : 'json' })
      .then(({ data }) => (data as { resume?: () => void }).resume?.());
    ends.good += 1;
  } catch (error) {
    if (error instanceof CircuitOpenError) {
      ends.open += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } else if (axios.isCancel(error)) ends.aborted += 1;
    else if ((error as { status?: number }).status === 404) ends.refused += 1;
    else ends.given += 1;
    (error as { response?: { data?: { destroy?: () => void } } }).response?.data?.destroy?.();
  }
}

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
const heap = (): number => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
async function many(count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (left-- > 0) await one();
    }),
  );
}

await many(Math.min(2000, requests)); // warm: what is made once is there
const before = { timers: timers(), heap: heap() };
const begun = performance.now();
let made = 0;
do {
  await many(requests);
  made += requests;
} while (performance.now() - begun < seconds * 1000);
const took = (performance.now() - begun) / 1000;
agent.destroy();
server.closeAllConnections();
server.close();
await new Promise((resolve) => setTimeout(resolve, 300));
const after = { timers: timers(), heap: heap(), sockets: Object.keys(agent.sockets).length };
console.log(`${made} requests in ${took.toFixed(1)} s: ${JSON.stringify(ends)}`);
console.log(
  `sockets left ${after.sockets}, timers left ${after.timers - before.timers}, listeners left ${listeners}, slots in use ${slots.inFlight}, waiting ${slots.pending + window.pending}, heap ${before.heap.toFixed(1)} MiB before, ${after.heap.toFixed(1)} MiB after`,
);
if (slots.inFlight + slots.pending + window.pending > 0) process.exitCode = 1;
if (after.sockets > 0 || after.timers > before.timers || listeners > 0 || after.heap > before.heap * 1.2 + 2)
  process.exitCode = 1;
