import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A page stays with the copy that took it for so many milliseconds, unless the copy says that it still works on it. */
const LEASE = 5_000;
/** An unfinished job can be continued for a day; a finished one is forgotten after a minute. */
const [DAY, MINUTE] = [86_400_000, 60_000];

const NOW = `local time = redis.call('TIME'); local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS: the job, its leases. Returns the page to read, 0 where there is none just now, -1 at the end. */
const TAKE = `${NOW}
local job, leases = KEYS[1], KEYS[2]
local lapsed = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1)[1]
local page = lapsed or (redis.call('HGET', job, 'next') or '1')
local last = tonumber(redis.call('HGET', job, 'last') or 'inf')
if not lapsed and tonumber(page) > last then
  if redis.call('ZCARD', leases) > 0 then return 0 end
  redis.call('PEXPIRE', job, ${MINUTE})
  return -1
end
if not lapsed then
  -- Until the first page has said how many there are, it is read alone.
  local reach = tonumber(redis.call('HGET', job, 'reach') or '1')
  if tonumber(page) > reach then return 0 end
  redis.call('HSET', job, 'next', page + 1)
end
redis.call('ZADD', leases, now + ${LEASE}, page)
redis.call('PEXPIRE', job, ${DAY})
redis.call('PEXPIRE', leases, ${DAY})
return tonumber(page)`;

/** ARGV: the page, 1 if it is empty, the last page that the API names or 'inf'. */
const DONE = `local job, leases, page = KEYS[1], KEYS[2], tonumber(ARGV[1])
redis.call('ZREM', leases, page)
local last = tonumber(redis.call('HGET', job, 'last') or 'inf')
if ARGV[2] == '1' then
  if page - 1 < last then redis.call('HSET', job, 'last', page - 1) end
  for _, other in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    if tonumber(other) > page then redis.call('ZREM', leases, other) end
  end
  return
end
-- The page after the last one is read too: it has to be empty.
local reach = ARGV[3] == 'inf' and 2^50 or math.max(tonumber(ARGV[3]), page) + 1
if reach > tonumber(redis.call('HGET', job, 'reach') or '0') then redis.call('HSET', job, 'reach', reach) end`;

/** ARGV: when the leases end, in milliseconds from now, then the pages. */
const KEEP = `${NOW}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[i]) end`;

/** The pages of a job, handed out to any number of copies of it. A copy that dies gives its pages back. */
export class PageQueue {
  private readonly job: string;
  private readonly leases: string;
  private readonly held = new Set<number>();
  private readonly timer: NodeJS.Timeout;

  /** @param about what makes two jobs the same one */
  constructor(
    private readonly redis: Redis,
    about: readonly unknown[],
  ) {
    // The braces keep both keys on one node of a cluster.
    const id = createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16);
    this.job = `{sync:${id}}`;
    this.leases = `{sync:${id}}:leases`;
    // A beat that is missed is made up for by the next; requests to Redis fail loudly elsewhere.
    this.timer = setInterval(() => void this.keep(LEASE).catch(() => undefined), LEASE / 4);
  }

  /** A name for the run, the same in all copies. */
  async run(): Promise<string> {
    await this.redis.hsetnx(this.job, 'run', Date.now().toString(36));
    return (await this.redis.hget(this.job, 'run')) as string;
  }

  /** A page to read; `undefined` where there is none just now, `null` when all are done. */
  async take(): Promise<number | undefined | null> {
    const page = Number(await this.redis.eval(TAKE, 2, this.job, this.leases));
    if (page > 0) this.held.add(page);
    return page > 0 ? page : page === 0 ? undefined : null;
  }

  /** Notes that a page was written. @param last the last page that the API names, if it does */
  async done(page: number, isEmpty: boolean, last = Infinity): Promise<void> {
    this.held.delete(page);
    const argv = [page, isEmpty ? 1 : 0, last === Infinity ? 'inf' : last];
    await this.redis.eval(DONE, 2, this.job, this.leases, ...argv);
  }

  /** Gives back the pages that are not done. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.keep(0);
  }

  private async keep(lease: number): Promise<void> {
    if (this.held.size > 0) await this.redis.eval(KEEP, 1, this.leases, lease, ...this.held);
  }
}
