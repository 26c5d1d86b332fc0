import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisTokenBucket } from 'tenax/redis';
import type { ItemsApi } from './items-api';
import type { Job } from './job';
import type { Limits } from './limits';
import type { Options } from './options';
import { PageQueue } from './page-queue';
import { Part } from './parts';
import type { Progress } from './progress';

/** One of any number of copies of a job, which share its rate and its pages through Redis. */
export class SharedJob implements Job {
  readonly before = 0;

  private constructor(
    private readonly options: Options,
    private readonly redis: Redis,
    private readonly queue: PageQueue,
    readonly file: string,
  ) {}

  static async join(address: string, options: Options): Promise<SharedJob> {
    if (options.resume || options.next !== undefined || options.limit !== undefined)
      throw new Error('--redis works without --resume, --next and --limit: it hands out page numbers under one rate');
    const redis = new Redis(address, { maxRetriesPerRequest: 3 });
    // A command that fails tells how often it was tried; the event tells why.
    let why: NodeJS.ErrnoException | undefined;
    redis.on('error', (error) => (why = error));
    const queue = new PageQueue(redis, [options.url ?? null, options.perPage]);
    try {
      const run = await queue.run();
      return new SharedJob(options, redis, queue, `${options.out}.part-${run}-${randomBytes(3).toString('hex')}`);
    } catch (error) {
      await leave(queue, redis);
      // A host with several addresses fails with a code alone.
      throw why === undefined ? error : new Error(`--redis reaches no server: ${why.message || why.code}`);
    }
  }

  /** One bucket for all copies. */
  limits(): Limits {
    const { rate, capacity, url } = this.options;
    const key = `sync:rate:${url === undefined ? 'own' : new URL(url).host}`;
    const limiter = new RedisTokenBucket({ client: this.redis, key, rate, capacity });
    return { limiter, allowed: (seconds) => capacity + rate * seconds };
  }

  /** Reads pages until all copies together have read all. */
  async read(api: ItemsApi, progress: Progress, signal: AbortSignal): Promise<void> {
    const failure = new AbortController();
    const either = AbortSignal.any([signal, failure.signal]);
    const workers = Array.from({ length: this.options.concurrency }, () =>
      this.work(api, progress, either).catch((error: unknown) => {
        failure.abort(error);
      }),
    );
    await Promise.all(workers);
    either.throwIfAborted();
  }

  hint(isDone: boolean): string {
    const run = this.file.replace(/-[^-]*$/, '');
    if (!isDone) return 'the other copies continue; so does this command';
    return `when all copies have ended, this merges what they wrote:\n  npm start -- --out ${this.options.out} --merge ${run}-*`;
  }

  close(): Promise<void> {
    return leave(this.queue, this.redis);
  }

  private async work(api: ItemsApi, progress: Progress, signal: AbortSignal): Promise<void> {
    const part = new Part(this.file);
    let pageSize = 1;
    for (;;) {
      signal.throwIfAborted();
      const page = await this.queue.take();
      if (page === null) return;
      if (page === undefined) {
        // Other copies are reading what is left.
        await sleep(50, undefined, { signal });
        continue;
      }
      const { items, total } = await api.page(page, signal);
      part.append(page, items);
      pageSize = Math.max(pageSize, items.length);
      await this.queue.done(page, items.length === 0, total && Math.ceil(total / pageSize));
      progress.page(items.length, total);
    }
  }
}

/** Gives back what was not done. */
async function leave(queue: PageQueue, redis: Redis): Promise<void> {
  await queue.end().catch(() => undefined);
  redis.disconnect();
}
