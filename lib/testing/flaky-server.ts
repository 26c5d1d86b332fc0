import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkFinite, checkCallback, checkKeys, checkPositive, checkRange, formatValue } from '../base/check.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { seededRandom } from '../base/random.js';

/** An answer of the script. */
export interface ScriptedAnswer {
  /** The status, from 200 to 599. */
  readonly status: number;
  /** Headers besides `content-type: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * A string is sent unchanged, any other value as JSON. Default, also for null: `{ ok: true }`, or `{ error: status }` from
   * 400 on.
   */
  readonly body?: unknown;
  /** Milliseconds before the server responds. Default 0. */
  readonly delay?: number;
}

/**
 * One step of the script: a status, an answer, or a fault. `'drop'` closes the connection, `'truncate'` sends only the
 * beginning of a body, `'stall'` never responds.
 */
export type ServerStep = number | ScriptedAnswer | 'drop' | 'truncate' | 'stall';

/** A request that the server received. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** When its body had arrived, on `performance.now()`. */
  readonly at: number;
  /** The status of the answer; undefined after `'drop'`, `'truncate'` and `'stall'`. */
  status: number | undefined;
}

/** Options of `FlakyServer.start`. */
export interface FlakyServerOptions {
  /** The first answers, in order. Default: no scripted answers. */
  readonly script?: readonly ServerStep[] | undefined;
  /** After the script: with probability `rate`, the answer is one of `kinds`. The same `seed` gives the same faults. */
  readonly faults?:
    { readonly rate: number; readonly kinds: readonly ServerStep[]; readonly seed?: number } | undefined;
  /**
   * After the script: a rate limit of `rate` requests per second. Requests above it get a 429 with Retry-After, in seconds or
   * as a date. Default: no limit.
   */
  readonly rateLimit?:
    { readonly rate: number; readonly capacity?: number; readonly retryAfter?: 'seconds' | 'date' } | undefined;
  /** Responds to the other requests. Default: 200. */
  readonly handler?: ((request: IncomingMessage & { body: string }, response: ServerResponse) => unknown) | undefined;
}

/**
 * A real HTTP server on the loopback address that fails on purpose.
 *
 * @example
 * ```ts
 * import { retryingFetch } from 'tenax/http';
 * import { FlakyServer } from 'tenax/testing';
 *
 * const server = await FlakyServer.start({ script: [{ status: 503, headers: { 'retry-after': '0' } }] });
 * const response = await retryingFetch()(server.url);
 * console.assert(response.status === 200 && server.requests.length === 2);
 * await server.close();
 * ```
 */
export class FlakyServer {
  /** The server's address: `http://127.0.0.1:port`. */
  readonly url: string;
  /** All requests so far, in order. */
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server on a free port. @throws TypeError or RangeError that names the option and what it takes. */
  static async start(options: FlakyServerOptions = {}): Promise<FlakyServer> {
    checkOptions(options);
    const nextStep = stepsOf(options);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const flaky = new FlakyServer(server, (server.address() as AddressInfo).port);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const seen: SeenRequest = {
          // Requests that a server receives have both.
          method: request.method as string,
          url: request.url as string,
          headers: request.headers,
          body,
          at: performance.now(),
          status: undefined,
        };
        flaky.requests.push(seen);
        response.on('finish', () => {
          seen.status ??= response.statusCode;
        });
        void answer(nextStep(), Object.assign(request, { body }), response, seen, options.handler).catch(() =>
          response.destroy(),
        );
      });
    });
    return flaky;
  }

  /** Closes the server and its open connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    this.#server.closeAllConnections();
    await closed;
  }
}

function checkOptions(options: FlakyServerOptions): void {
  checkKeys('FlakyServer', options, ['script', 'faults', 'rateLimit', 'handler']);
  const { script, faults, rateLimit, handler } = options;
  if (script !== undefined) checkSteps('script', script);
  if (faults !== undefined) {
    checkKeys('FlakyServer: faults', faults, ['rate', 'kinds', 'seed']);
    checkRange('FlakyServer: faults.rate', faults.rate, 0, 1);
    checkSteps('faults.kinds', faults.kinds);
    if (faults.kinds.length === 0) throw new TypeError('FlakyServer: faults.kinds takes at least one kind of fault');
    if (faults.seed !== undefined) checkFinite('FlakyServer: faults.seed', faults.seed);
  }
  if (rateLimit !== undefined) {
    checkKeys('FlakyServer: rateLimit', rateLimit, ['rate', 'capacity', 'retryAfter']);
    checkPositive('FlakyServer: rateLimit.rate', rateLimit.rate);
    const form: unknown = rateLimit.retryAfter ?? 'seconds';
    if (form !== 'seconds' && form !== 'date')
      throw new TypeError(`FlakyServer: rateLimit.retryAfter takes 'seconds' or 'date', got ${formatValue(form)}`);
  }
  if (handler !== undefined) checkCallback('FlakyServer: handler', handler);
}

/** What one timer of Node can do: about 24 days, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

const FAULTS: readonly unknown[] = ['drop', 'truncate', 'stall'];

function checkSteps(option: string, steps: unknown): void {
  const refuse = (got: unknown): never => {
    const takes = "a list of statuses, answers, 'drop', 'truncate' and 'stall'";
    throw new TypeError(`FlakyServer: ${option} takes ${takes}, got ${formatValue(got)}`);
  };
  if (!Array.isArray(steps)) refuse(steps);
  for (const step of steps as unknown[]) {
    const status = typeof step === 'object' ? (step as ScriptedAnswer | null)?.status : step;
    const isStatus = typeof status === 'number' && status >= 200 && status <= 599;
    if (!isStatus && !FAULTS.includes(step)) refuse(step);
    if (typeof step === 'object') checkAnswer(`FlakyServer: an answer of ${option}`, step as ScriptedAnswer);
  }
}

function checkAnswer(where: string, answer: ScriptedAnswer): void {
  checkKeys(where, answer, ['status', 'headers', 'body', 'delay']);
  if (answer.delay !== undefined) checkRange(`${where}: delay`, answer.delay, 0, MAX_DELAY);
}

/** Returns a function that returns the step for each request; undefined for a normal answer. */
function stepsOf({ script = [], faults, rateLimit }: FlakyServerOptions): () => ServerStep | undefined {
  const steps = [...script];
  const random = seededRandom(faults?.seed ?? 1);
  const bucket = rateLimit && new TokenBucket({ rate: rateLimit.rate, capacity: rateLimit.capacity });
  const form = rateLimit?.retryAfter;
  return () => {
    if (steps.length > 0) return steps.shift();
    if (bucket?.tryAcquire() === false) return { status: 429, headers: { 'retry-after': retryAfter(bucket, form) } };
    if (faults !== undefined && random() < faults.rate) return faults.kinds[Math.floor(random() * faults.kinds.length)];
    return undefined;
  };
}

/** The Retry-After until there is a token: whole seconds, or a date with whole seconds. */
function retryAfter(bucket: TokenBucket, form: 'seconds' | 'date' = 'seconds'): string {
  const ms = ((1 - bucket.available) * 1000) / bucket.rate;
  return form === 'seconds'
    ? String(Math.ceil(ms / 1000))
    : new Date(Math.ceil((Date.now() + ms) / 1000) * 1000).toUTCString();
}

async function answer(
  step: ServerStep | undefined,
  request: IncomingMessage & { body: string },
  response: ServerResponse,
  seen: SeenRequest,
  handler: FlakyServerOptions['handler'],
): Promise<void> {
  if (step === 'stall') return;
  if (step === 'drop') {
    request.socket.destroy();
    return;
  }
  if (step === 'truncate') {
    response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' });
    response.write('{"cut":');
    setImmediate(() => request.socket.destroy());
    return;
  }
  if (step === undefined && handler !== undefined) {
    await handler(request, response);
    return;
  }
  const { status, headers, body, delay } =
    typeof step === 'object' ? step : ({ status: step ?? 200 } as ScriptedAnswer);
  // A server that is closed meanwhile keeps no process alive.
  if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay).unref());
  seen.status = status;
  const text =
    typeof body === 'string' ? body : JSON.stringify(body ?? (status < 400 ? { ok: true } : { error: status }));
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  // Node omits the body where HTTP allows none: for 204, 304 and HEAD.
  response.end(text);
}
