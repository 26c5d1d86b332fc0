import { stepLimits, type LimitCommand, type LimitReply, type LimitState, type LimitStore } from 'tenax/redis';

/** What is used of a client of `pg`: `await pool.connect()`, or a `Client`. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** The table that a {@link PostgresStore} keeps its limits in. */
export const TABLE = 'CREATE TABLE IF NOT EXISTS limits (key text PRIMARY KEY, state jsonb NOT NULL)';

const ignore = (): void => undefined;

/**
 * Keeps shared limits in a table of PostgreSQL. A step is a transaction: it locks the keys, applies the step with the
 * server's clock and writes the states. `connect` lends a client for one step: `() => pool.connect()`.
 *
 * Listen to `error` on the pool and, with `pool.on('connect', (client) => client.on('error', …))`, on its clients. Otherwise
 * a connection that breaks just as it is opened or lent ends the process.
 */
export class PostgresStore implements LimitStore {
  constructor(private readonly connect: () => Promise<PostgresClient & { release(): void }>) {}

  async run(keys: readonly string[], command: LimitCommand, signal: AbortSignal): Promise<LimitReply> {
    const client = await this.connect();
    // The pool does not listen to a client that it has lent.
    client.on('error', ignore);
    try {
      // Nobody waits for it any more.
      signal.throwIfAborted();
      // Any other level would read the states as they were before the locks.
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      // Always in the same order, so that two steps never wait for each other; a row that is missing is locked too.
      for (const key of [...keys].sort()) {
        await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
      }
      signal.throwIfAborted();
      const { rows } = await client.query('SELECT key, state FROM limits WHERE key = ANY($1)', [keys]);
      const time = await client.query('SELECT extract(epoch FROM clock_timestamp()) * 1000000 AS now');
      const states = keys.map((key) => rows.find((row) => row.key === key)?.state as LimitState | undefined);
      const next = stepLimits(states, command, Number(time.rows[0]?.now));
      const upsert = 'INSERT INTO limits VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET state = excluded.state';
      for (const [i, key] of keys.entries()) await client.query(upsert, [key, JSON.stringify(next.states[i])]);
      await client.query('COMMIT');
      return next.reply;
    } catch (error) {
      // It fails too where the connection is broken; the pool then replaces the client.
      await client.query('ROLLBACK').catch(ignore);
      throw error;
    } finally {
      client.off('error', ignore);
      client.release();
    }
  }
}
