import { createHash } from 'node:crypto';
import { formatValue } from '../base/check.js';

/** What is used of an ioredis client (`new Redis()` or a Cluster). */
export interface IoredisLike {
  /** `ready` when a command would be sent now. */
  readonly status?: string;
  /** Connects; called once for a client made with `lazyConnect`. */
  connect?(): Promise<unknown>;
  /** EVALSHA. */
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  /** EVAL. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** What is used of a node-redis client (`createClient()`, connected or not). */
export interface NodeRedisLike {
  /** True when a command would be sent now. */
  readonly isReady?: boolean;
  /** True from the call of `connect` on. */
  readonly isOpen?: boolean;
  /** Connects; called once for a client that nobody has connected. */
  connect?(): Promise<unknown>;
  /** EVALSHA. */
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** EVAL. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of ioredis (5 or later) or node-redis (4 or later). */
export type RedisClientLike = IoredisLike | NodeRedisLike;

/** A script and its hash. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export const scriptOf = (source: string): Script => ({ source, sha: createHash('sha1').update(source).digest('hex') });

/** Both clients behind three methods. */
export interface ScriptRunner {
  /** Whether a command would be sent now, rather than put into the client's offline queue and run much later. */
  isReady(): boolean;
  /** Connects a client that nobody has connected yet. */
  connect(): void;
  /** Runs a script. */
  run(script: Script, keys: readonly string[], args: readonly string[], signal: AbortSignal): Promise<unknown>;
}

const isNodeRedis = (client: RedisClientLike): client is NodeRedisLike =>
  typeof (client as Partial<NodeRedisLike> | null | undefined)?.evalSha === 'function';

const isIoredis = (client: RedisClientLike): client is IoredisLike =>
  typeof (client as Partial<IoredisLike> | null | undefined)?.evalsha === 'function';

/** @throws TypeError for what is neither client. */
export function scriptRunner(what: string, client: RedisClientLike): ScriptRunner {
  if (isNodeRedis(client)) return nodeRedisRunner(client);
  if (isIoredis(client)) return ioredisRunner(client);
  throw new TypeError(`${what}: client takes a client of ioredis or node-redis, got ${formatValue(client)}`);
}

function nodeRedisRunner(client: NodeRedisLike): ScriptRunner {
  return {
    isReady: () => client.isReady !== false,
    connect: () => {
      if (client.isOpen === false) connectQuietly(client);
    },
    run: (script, keys, args, signal) => {
      const call = { keys: [...keys], arguments: [...args] };
      return orLoad(client.evalSha(script.sha, call), signal, () => client.eval(script.source, call));
    },
  };
}

function ioredisRunner(client: IoredisLike): ScriptRunner {
  return {
    isReady: () => client.status === undefined || client.status === 'ready',
    connect: () => {
      if (client.status === 'wait') connectQuietly(client);
    },
    run: (script, keys, args, signal) => {
      const rest = [...keys, ...args];
      return orLoad(client.evalsha(script.sha, keys.length, ...rest), signal, () =>
        client.eval(script.source, keys.length, ...rest),
      );
    },
  };
}

/** Who waits for the connection sees whether it is there. */
function connectQuietly(client: RedisClientLike): void {
  client.connect?.().catch(() => undefined);
}

/** A server that does not know the script has not run it: it is sent whole, once. */
async function orLoad(reply: Promise<unknown>, signal: AbortSignal, whole: () => Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT') && !signal.aborted) return whole();
    throw error;
  }
}
