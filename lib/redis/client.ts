import { formatValue } from '../base/check.js';
import { SCRIPT, SCRIPT_SHA } from './script.js';

/** What is used of an ioredis client (`new Redis()` or a Cluster). */
export interface IoredisLike {
  /** `ready` when a command would be sent now. */
  readonly status?: string;
  /** EVALSHA. */
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  /** EVAL. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** What is used of a node-redis client (`await createClient().connect()`). */
export interface NodeRedisLike {
  /** True when a command would be sent now. */
  readonly isReady?: boolean;
  /** EVALSHA. */
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** EVAL. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of either make. */
export type RedisClientLike = IoredisLike | NodeRedisLike;

/** Both clients behind two methods. */
export interface ScriptRunner {
  /** Whether a command would be sent now, rather than put into the client's offline queue and charged much later. */
  isReady(): boolean;
  /** Runs the script. `wanted`: whether anybody still waits for the answer. */
  run(key: string, args: string[], wanted: () => boolean): Promise<unknown>;
}

const isNodeRedis = (client: RedisClientLike): client is NodeRedisLike =>
  typeof (client as Partial<NodeRedisLike> | null | undefined)?.evalSha === 'function';

const isIoredis = (client: RedisClientLike): client is IoredisLike =>
  typeof (client as Partial<IoredisLike> | null | undefined)?.evalsha === 'function';

/** @throws TypeError for what is neither client. */
export function scriptRunner(client: RedisClientLike): ScriptRunner {
  if (isNodeRedis(client)) {
    return {
      isReady: () => client.isReady !== false,
      run: async (key, args, wanted) => {
        const call = { keys: [key], arguments: args };
        return orLoad(client.evalSha(SCRIPT_SHA, call), wanted, () => client.eval(SCRIPT, call));
      },
    };
  }
  if (!isIoredis(client)) refuse(client);
  return {
    // 'wait' is a lazy connection: the first command opens it.
    isReady: () => client.status === undefined || client.status === 'ready' || client.status === 'wait',
    run: async (key, args, wanted) =>
      orLoad(client.evalsha(SCRIPT_SHA, 1, key, ...args), wanted, () => client.eval(SCRIPT, 1, key, ...args)),
  };
}

/** A server that does not know the script has not run it: it is sent whole, once. */
function orLoad(answer: Promise<unknown>, wanted: () => boolean, whole: () => Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT') && wanted()) return whole();
    throw error;
  });
}

function refuse(client: unknown): never {
  throw new TypeError(`RedisTokenBucket: client takes a client of ioredis or node-redis, got ${formatValue(client)}`);
}
