import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Retrying, stop, wait } from 'tenax';
import { httpRetry, raiseForStatus } from 'tenax/http';
import { RedisTokenBucket } from 'tenax/redis';
import { backoffOf, durable, JOB, UNLIMITED } from './durable.js';

/** A message for a customer's server. */
export interface Delivery {
  readonly url: string;
  readonly body: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Half a minute, doubling up to an hour, for a day; a Retry-After of up to six hours is waited for. */
export const POLICY = new Retrying(
  httpRetry({
    idempotent: true,
    wait: wait.retryAfter({
      max: 6 * HOUR,
      fallback: wait.exponential({ initial: MINUTE / 2, max: HOUR }).withJitter(0.5),
    }),
    stop: stop.afterDelay(24 * HOUR),
  }),
);

/** What {@link startDeliveries} may be told. */
export interface DeliveryOptions {
  /** Where Redis is: `redis://127.0.0.1:6379`. */
  readonly redis: string;
  readonly policy?: Retrying;
  /** Deliveries per second, by all workers. */
  readonly rate?: number;
  /** Milliseconds after which a job of a worker that died is taken by another one. */
  readonly lock?: number;
}

/** Workers of any number of processes on one queue. */
export interface Deliveries {
  readonly queue: Queue<Delivery>;
  add(deliveries: readonly Delivery[]): Promise<Job<Delivery>[]>;
  /** Resolves once the jobs in hand are done. */
  close(): Promise<void>;
}

/** Sends one message. The job's id tells the server a message that it has seen, when a worker died before it was done. */
async function deliver({ id, data }: Job<Delivery>): Promise<void> {
  const headers = { 'idempotency-key': String(id) };
  await raiseForStatus(
    await fetch(data.url, { method: 'POST', headers, body: data.body, signal: AbortSignal.timeout(10_000) }),
  );
}

/** Starts a worker of this process, on the queue `deliveries`. */
export function startDeliveries({ redis, policy = POLICY, rate = 10, lock = 30_000 }: DeliveryOptions): Deliveries {
  const client = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue<Delivery>('deliveries', { connection: client });
  const bucket = new RedisTokenBucket({ client, key: 'deliveries:rate', rate, capacity: Math.max(1, rate / 5) });
  const worker = new Worker<Delivery>('deliveries', durable({ queue, policy, bucket }, deliver), {
    connection: client,
    concurrency: 5,
    limiter: UNLIMITED,
    settings: { backoffStrategy: backoffOf(policy) },
    lockDuration: lock,
    stalledInterval: lock,
    // A job that ends its process every time has to end some time.
    maxStalledCount: 10,
  });
  worker.on('error', (error) => {
    console.warn(String(error));
  });
  return {
    queue,
    add: (deliveries) => queue.addBulk(deliveries.map((data) => ({ name: 'delivery', data, opts: JOB }))),
    async close() {
      await worker.close();
      await queue.close();
      client.disconnect();
    },
  };
}
