import { createHash } from 'node:crypto';
import { formatValue } from '../base/check.js';

/** The part of an ioredis client (`new Redis()` or a Cluster) that tenax uses. */
export interface IoredisLike {
  /** `ready` when a command would be sent now. */
  readonly status?: string;
  /** Connects. Called once for a client made with `lazyConnect`. */
  connect?(): Promise<unknown>;
  /** EVALSHA. */
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  /** EVAL. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** The part of a node-redis client (`createClient()`, connected or not) that tenax uses. */
export interface NodeRedisLike {
  /** True when a command would be sent now. */
  readonly isReady?: boolean;
  /** True once `connect` was called. */
  readonly isOpen?: boolean;
  /** Connects. Called once for a client that is not connected yet. */
  connect?(): Promise<unknown>;
  /** EVALSHA. */
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** EVAL. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of ioredis (5 or later) or node-redis (4 or later). */
export type RedisClientLike = IoredisLike | NodeRedisLike;

/** A Lua script and its SHA-1 hash. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export const scriptOf = (source: string): Script => ({ source, sha: createHash('sha1').update(source).digest('hex') });

/** One interface for both client libraries. */
export interface ScriptRunner {
  /** Whether a command would be sent now. If not, the client would queue it and run it much later. */
  isReady(): boolean;
  /** Connects a client that is not connected yet. */
  connect(): void;
  /** Runs a script by its hash, or sends its source if the server does not know it. */
  run(script: Script, keys: readonly string[], args: readonly string[], signal: AbortSignal): Promise<unknown>;
}

const isNodeRedis = (client: RedisClientLike): client is NodeRedisLike =>
  typeof (client as Partial<NodeRedisLike> | null | undefined)?.evalSha === 'function';

const isIoredis = (client: RedisClientLike): client is IoredisLike =>
  typeof (client as Partial<IoredisLike> | null | undefined)?.evalsha === 'function';

/** @throws TypeError for a value that is a client of neither library. */
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
      return orSendSource(client.evalSha(script.sha, call), signal, () => client.eval(script.source, call));
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
      return orSendSource(client.evalsha(script.sha, keys.length, ...rest), signal, () =>
        client.eval(script.source, keys.length, ...rest),
      );
    },
  };
}

/** Starts to connect. A failure is ignored here: `isReady` stays false. */
function connectQuietly(client: RedisClientLike): void {
  client.connect?.().catch(() => undefined);
}

/** Sends the source of a script, once, if the server did not know its hash. The server has not run it then. */
async function orSendSource(
  reply: Promise<unknown>,
  signal: AbortSignal,
  sendSource: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT') && !signal.aborted) return sendSource();
    throw error;
  }
}
