import { systemClock } from '../base/clock.js';
import { LimiterUnavailableError } from '../limits/errors.js';
import type { LimitCommand, LimitReply } from '../limits/shared/limit-state.js';
import type { LimitStore } from '../limits/shared/limit-store.js';
import { scriptOf, scriptRunner, type RedisClientLike, type Script, type ScriptRunner } from './client.js';
import { SCRIPT } from './script.js';

const STEP = scriptOf(SCRIPT);
/** Milliseconds between two checks whether the client is connected. */
const POLL = 20;
/** Milliseconds to wait for a connection that broke before it counts as lost. */
const PATIENCE = 500;
/** Redis keeps the commands of a transaction until EXEC. */
const IN_TRANSACTION =
  'the client is in a transaction (MULTI), which a shared limit cannot join: give it another client';

/** Runs scripts on a client. Waits for a client that is connecting, and fails at once while the connection is lost. */
export class RedisConnection {
  readonly #runner: ScriptRunner;
  /** Whether the client was connected before. If not, the first commands wait the whole timeout for it. */
  #wasReady = false;
  /** Whether the connection is lost, or could not be made within a timeout: further commands fail at once then. */
  #isLost = false;

  constructor(what: string, client: RedisClientLike) {
    this.#runner = scriptRunner(what, client);
  }

  /** @throws LimiterUnavailableError when the client is not connected; the client's error when the server fails. */
  async run(script: Script, keys: readonly string[], args: readonly string[], signal: AbortSignal): Promise<unknown> {
    // A client may keep a command until it is connected again. There is no error then, only a timeout.
    signal.addEventListener('abort', () => (this.#isLost = true));
    await this.#ready(signal);
    try {
      const reply = await this.#runner.run(script, keys, args, signal);
      if (String(reply) === 'QUEUED') throw new LimiterUnavailableError(IN_TRANSACTION);
      return reply;
    } catch (error) {
      this.#isLost = true;
      throw error;
    }
  }

  /** Waits until the client is connected, so that no command gets into its offline queue and runs much later. */
  async #ready(signal: AbortSignal): Promise<void> {
    if (!this.#wasReady) this.#runner.connect();
    for (let waited = 0; !this.#runner.isReady(); waited += POLL) {
      if (this.#wasReady && waited >= PATIENCE) this.#isLost = true;
      // Commands that wait for the first connection may have a longer timeout than the one that gave up.
      const fails = this.#isLost && (this.#wasReady || waited === 0);
      if (signal.aborted || fails) throw new LimiterUnavailableError('the client is not connected');
      await systemClock.sleep(POLL, signal).catch(() => undefined);
    }
    this.#wasReady = true;
    this.#isLost = false;
    if (signal.aborted) throw new LimiterUnavailableError('the client was connected too late');
  }
}

/** The part of a key between the first braces, or the whole key. A Redis Cluster chooses a key's slot by it. */
const hashTag = (key: string): string => /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;

/** Keeps shared limits on a Redis server: one key for each limit, one script for each command. */
export class RedisStore implements LimitStore {
  readonly #connection: RedisConnection;
  /** Set for a Cluster only, where a script can use keys of one slot only. */
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

/** Returns the store of a client, the same each time, so that limits on it can be acquired in one command. */
export function storeOf(what: string, client: RedisClientLike): RedisStore {
  const connection = connectionOf(what, client);
  let store = stores.get(client);
  if (store === undefined) stores.set(client, (store = new RedisStore(client, connection)));
  return store;
}

/** Returns the connection of a client, the same each time. @throws TypeError for a value that is not a client. */
export function connectionOf(what: string, client: RedisClientLike): RedisConnection {
  let connection = connections.get(client);
  if (connection === undefined) connections.set(client, (connection = new RedisConnection(what, client)));
  return connection;
}
