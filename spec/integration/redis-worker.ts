// One process of several on one key: some callers in a loop, from a given moment on. Says when it is ready, is told from
// when to when, and says at the end what it was granted.
import { RedisTokenBucket } from '../../lib/redis/index.js';
import { connections } from './redis-clients.js';

export interface Work {
  readonly client: string;
  readonly port: number;
  readonly bucket: object;
  readonly callers: number;
}

/** Milliseconds of the wall clock. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What a worker did; times in milliseconds of the wall clock. */
export interface Done {
  readonly grants: number[];
  /** When a caller was refused, and how long it had waited by then. */
  readonly failures: { readonly at: number; readonly after: number; readonly code: string }[];
}

const now = (): number => performance.timeOrigin + performance.now();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function main(work: Work): Promise<void> {
  const { client, close } = await connections[work.client]!(work.port);
  const bucket = new RedisTokenBucket({ client, ...work.bucket } as ConstructorParameters<typeof RedisTokenBucket>[0]);
  const done: Done = { grants: [], failures: [] };
  const span = new Promise<Span>((resolve) => process.once('message', resolve));
  process.send!('ready');
  const { from, until } = await span;
  await sleep(from - now());
  await Promise.all(
    Array.from({ length: work.callers }, async () => {
      while (now() < until) {
        const asked = now();
        try {
          await bucket.acquire();
          done.grants.push(now());
        } catch (error) {
          done.failures.push({ at: now(), after: now() - asked, code: String((error as { code?: string }).code) });
          await sleep(100);
        }
      }
    }),
  );
  close();
  process.send!(done);
}

void main(JSON.parse(process.argv[2]!) as Work);
