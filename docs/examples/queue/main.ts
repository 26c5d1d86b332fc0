// Twelve messages for a server that is busy and fails now and then. Start several, and end some of them: each message is
// delivered once. Needs a Redis on this machine, or its address in REDIS_URL.
import { fileURLToPath } from 'node:url';
import { Retrying, stop, wait } from 'tenax';
import { httpRetry } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';
import { startDeliveries } from './deliveries.js';

/** As the policy of the deliveries, for people who watch. */
const HASTY = new Retrying(
  httpRetry({
    idempotent: true,
    wait: wait.retryAfter({ fallback: wait.exponential({ initial: 500, max: 5000 }) }),
    stop: stop.afterAttempt(5),
  }),
);

export async function main(redis: string, print: (line: string) => void = console.log): Promise<void> {
  const busy = { status: 429, headers: { 'retry-after': '2' } };
  const server = await FlakyServer.start({ script: [200, 200, 503, busy, 200, 400] });
  const deliveries = startDeliveries({ redis, policy: HASTY });
  const jobs = await deliveries.add(
    Array.from({ length: 12 }, (_, i) => ({ url: `${server.url}/orders`, body: `order ${i}` })),
  );
  const ended = new Set<string>();
  while (ended.size < jobs.length) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { id } of jobs) {
      const job = ended.has(String(id)) ? undefined : await deliveries.queue.getJob(String(id));
      if (job?.finishedOn === undefined) continue;
      ended.add(String(id));
      const { failedReason: reason, attemptsMade, data } = job;
      print(`${data.body}: ${(await job.isFailed()) ? reason : 'delivered'}, attempts: ${attemptsMade}`);
    }
  }
  print(`${server.requests.length} requests`);
  await deliveries.close();
  await server.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');
}
