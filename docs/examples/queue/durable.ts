import { Worker, type BackoffStrategy, type Job, type Queue } from 'bullmq';
import type { Retrying } from 'tenax';
import { RateLimitError } from 'tenax/http';

/** What a job of {@link durable} needs of BullMQ: the policy is asked after every failure, and it alone gives up. */
export const JOB = { attempts: 1_000_000, backoff: { type: 'tenax' } };

/** `rateLimit` pauses only workers that have a limiter. The bucket is the limit: this one never refuses. */
export const UNLIMITED = { max: 1_000_000_000, duration: 1000 };

type Asked = Pick<Job, 'timestamp'>;

/** The time since a job was added. The clock of the machine that added it may be ahead. */
const ageOf = ({ timestamp }: Asked): number => Math.max(0, Date.now() - timestamp);

/** A policy as BullMQ's `settings.backoffStrategy`: milliseconds until the next attempt, or -1 to give up. */
export function backoffOf(policy: Retrying): BackoffStrategy {
  return async (attemptNumber, _type, error, job) => {
    const elapsed = job === undefined ? 0 : ageOf(job);
    const decision = await policy.decide({ attemptNumber, error, elapsed });
    // BullMQ keeps whole milliseconds. 0 puts the job behind all that wait.
    return decision.retry ? Math.ceil(decision.delay) : -1;
  };
}

/** Milliseconds that a server's answer holds back all jobs, if it named a time and the policy waits for it. */
async function pauseAfter(policy: Retrying, job: Job, error: unknown): Promise<number | undefined> {
  if (!(error instanceof RateLimitError) || error.retryAfter === undefined) return undefined;
  const decision = await policy.decide({ attemptNumber: job.attemptsMade + 1, error, elapsed: ageOf(job) });
  return decision.retry ? Math.ceil(decision.delay) : undefined;
}

/** What the jobs of a queue share. */
export interface Shared {
  readonly queue: Queue;
  readonly policy: Retrying;
  /** A limit for all workers: a `RedisTokenBucket`. */
  readonly bucket: { acquire(): Promise<number>; pauseFor(ms: number): void };
}

/** Milliseconds until a job is looked at again whose token nobody could ask for. */
const UNAVAILABLE = 1000;

/**
 * Makes a processor of `work`. It waits for a token, and a time that the server names pauses the whole queue; the job
 * goes back to it, and no attempt is counted. Any other failure is for {@link backoffOf}.
 */
export function durable<T>({ queue, policy, bucket }: Shared, work: (job: Job) => Promise<T>) {
  /** Puts the job back; no worker takes one until then. */
  async function putBack(ms: number): Promise<Error> {
    // The latest end of several pauses holds.
    await queue.rateLimit(Math.max(ms, 1, await queue.getRateLimitTtl()));
    return Worker.RateLimitError();
  }

  return async (job: Job): Promise<T> => {
    try {
      await bucket.acquire();
    } catch {
      // Redis is away, and the job was not tried.
      throw await putBack(UNAVAILABLE);
    }
    try {
      return await work(job);
    } catch (error) {
      const pause = await pauseAfter(policy, job, error);
      if (pause === undefined) throw error;
      // Workers that have taken a job already wait for their token.
      bucket.pauseFor(pause);
      throw await putBack(pause);
    }
  };
}
