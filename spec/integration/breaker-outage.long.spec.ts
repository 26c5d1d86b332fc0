import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CircuitBreaker, Retrying, retryIf, stop, wait } from 'tenax';

const CALLERS = 50;
const OUTAGE = 10_000;
const LONGEST_BREAK = 1000;

/** A server that can be stopped, and started again on the same port. */
class StoppableServer {
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<void> {
    const server = createServer((_request, response) => void setTimeout(() => response.end('up'), 5));
    await new Promise<void>((resolve) => void server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server as Server;
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** What 50 callers that never stop asking send while the server is away, and when the first of them is served again. */
async function outage(breaker: CircuitBreaker | undefined): Promise<{ sent: number; back: number }> {
  const server = new StoppableServer();
  await server.start();
  const retrying = new Retrying({
    stop: stop.afterAttempt(5),
    wait: wait.exponentialJitter({ initial: 20, max: 200, jitter: 20 }),
    retryIf: retryIf.exceptionType(TypeError),
    breaker,
    reraise: true,
  });
  let isOut = false;
  let isOver = false;
  let sent = 0;
  let returned = Infinity;
  let back = Infinity;
  const ask = async (): Promise<void> => {
    if (isOut) sent += 1;
    await (await fetch(server.url)).text();
    if (returned !== Infinity) back = Math.min(back, performance.now() - returned);
  };
  const caller = async (): Promise<void> => {
    while (!isOver) {
      await retrying.call(ask).catch(() => undefined);
      await sleep(20);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  await sleep(500);
  isOut = true;
  await server.stop();
  await sleep(OUTAGE);
  await server.start();
  isOut = false;
  returned = performance.now();
  await sleep(3 * LONGEST_BREAK);
  isOver = true;
  await Promise.all(callers);
  await server.stop();
  return { sent, back };
}

describe('A real server that is stopped for ten seconds under 50 callers', () => {
  test('is sent at most 1 % of what retries alone send, and serves the first probe after its return', async () => {
    const transitions: string[] = [];
    const logger = { log: (_level: string, line: string) => transitions.push(line) };
    const breakFor = wait.exponential({ initial: 250, max: LONGEST_BREAK });
    const breaker = new CircuitBreaker({ name: 'server', breakFor, logger });
    const [alone, guarded] = await Promise.all([outage(undefined), outage(breaker)]);
    expect(alone.sent).toBeGreaterThan(1000);
    expect(guarded.sent).toBeLessThanOrEqual(alone.sent / 100);
    // One break at most, and a little for the machine.
    expect(guarded.back).toBeLessThan(LONGEST_BREAK + 500);
    expect(breaker.state).toBe('closed');
    expect(transitions.filter((line) => line.endsWith('closed'))).toHaveLength(1);
  }, 60_000);
});
