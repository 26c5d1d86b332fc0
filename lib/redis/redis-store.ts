import { setTimer } from '../base/clock.js';
import { LimiterUnavailableError } from '../limits/errors.js';
import type { LimitCommand, LimitReply } from '../limits/shared/limit-state.js';
import type { LimitStore } from '../limits/shared/limit-store.js';
import { scriptOf, scriptRunner, type RedisClientLike, type Script, type ScriptRunner } from './client.js';
import { SCRIPT } from './script.js';

const STEP = scriptOf(SCRIPT);
/** Milliseconds between two looks whether the client is connected. */
const POLL = 20;
/** Milliseconds: a connection that broke may come back soon. */
const PATIENCE = 500;

/** Runs scripts on a client, whatever state its connection is in. */
export class RedisConnection {
  readonly #runner: ScriptRunner;
  /** Whether the client was ever seen connected: one that has just been made is given all the time there is. */
  #seen = false;
  /** Whether the connection is known to be lost: nobody waits for it then. */
  #down = false;

  constructor(what: string, client: RedisClientLike) {
    this.#runner = scriptRunner(what, client);
  }

  /** @throws LimiterUnavailableError when the client is not connected; the client's error when the server fails. */
  async run(script: Script, keys: readonly string[], args: readonly string[], signal: AbortSignal): Promise<unknown> {
    // A client may keep a command for the time when it is connected again: then there is no error, and no reply in time.
    signal.addEventListener('abort', () => (this.#down = this.#seen), { once: true });
    await this.#ready(signal);
    try {
      return await this.#runner.run(script, keys, args, signal);
    } catch (error) {
      this.#down = true;
      throw error;
    }
  }

  /** Nothing goes into an offline queue, to be run much later: a client that is still connecting is waited for. */
  async #ready(signal: AbortSignal): Promise<void> {
    if (!this.#seen) this.#runner.connect();
    for (let waited = 0; !this.#runner.isReady(); waited += POLL) {
      if (this.#seen && waited >= PATIENCE) this.#down = true;
      if (signal.aborted || this.#down) throw new LimiterUnavailableError('the client is not connected');
      await new Promise<void>((resolve) => void setTimer(POLL, resolve));
    }
    this.#seen = true;
    this.#down = false;
    if (signal.aborted) throw new LimiterUnavailableError('the client was connected too late');
  }
}

/** The part of a key between the first braces, or all of it: what a Redis Cluster places it by. */
const hashTag = (key: string): string => /\{([^}]+)\}/.exec(key)?.[1] ?? key;

/** Keeps shared limits on a Redis server: one key each, one script for a step. */
export class RedisStore implements LimitStore {
  readonly #connection: RedisConnection;
  /** In a Cluster a script reaches the keys of one slot. */
  readonly slotOf?: (key: string) => string;

  constructor(client: RedisClientLike, connection: RedisConnection) {
    this.#connection = connection;
    const cluster = client as { readonly isCluster?: unknown; readonly slots?: unknown };
    if (cluster.isCluster === true || Array.isArray(cluster.slots)) this.slotOf = hashTag;
  }

  async run(keys: readonly string[], command: LimitCommand, signal: AbortSignal): Promise<LimitReply> {
    return parseReply(await this.#connection.run(STEP, keys, [JSON.stringify(command)], signal));
  }
}

const numbers = (text: string | undefined): number[] => (text ? text.split(' ').map(Number) : []);

function parseReply(reply: unknown): LimitReply {
  const [head, levels, spans] = String(reply).split('\n');
  const [place, crowd, doubt] = numbers(head) as [number, number, number];
  const values = numbers(levels);
  const parts = Array.from({ length: values.length / 3 }, (_, key) => {
    const [level, rate, hold] = values.slice(3 * key) as [number, number, number];
    return { level, rate, hold };
  });
  return { claimed: numbers(spans), place, crowd, doubt, parts };
}

const stores = new WeakMap<object, RedisStore>();
const connections = new WeakMap<object, RedisConnection>();

/** The one store of a client: limits on it can be asked together. */
export function storeOf(what: string, client: RedisClientLike): RedisStore {
  const connection = connectionOf(what, client);
  let store = stores.get(client);
  if (store === undefined) stores.set(client, (store = new RedisStore(client, connection)));
  return store;
}

/** @throws TypeError for what is no client. */
export function connectionOf(what: string, client: RedisClientLike): RedisConnection {
  let connection = isObject(client) ? connections.get(client) : undefined;
  if (connection === undefined) connections.set(client, (connection = new RedisConnection(what, client)));
  return connection;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
