import { EventEmitter } from 'node:events';
import type { LimitCommand, LimitState } from 'tenax/redis';
import { PostgresStore } from '../../docs/examples/postgres-store';
import { partOf } from '../limits/shared/states';

/** A client of `pg` that keeps one row. `before` is called with each statement and may throw. */
class FakeClient extends EventEmitter {
  readonly statements: string[] = [];
  released = 0;
  state: LimitState | undefined;

  constructor(private readonly before: (text: string) => void = () => undefined) {
    super();
  }

  async query(text: string, values: unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> {
    this.before(text);
    this.statements.push(text.split(' ')[0] as string);
    if (text.startsWith('INSERT')) this.state = JSON.parse(values[1] as string) as LimitState;
    if (text.includes('clock_timestamp')) return { rows: [{ now: '1e15' }] };
    return { rows: this.state === undefined ? [] : [{ key: 'k', state: this.state }] };
  }

  release(): void {
    this.released += 1;
  }
}

const command: LimitCommand = {
  owner: 'o',
  number: 1,
  asks: [[1]],
  horizon: 0,
  valid: 1000,
  maxWait: -1,
  line: 1,
  parts: [partOf({ capacity: 5, rate: 1, base: 1, assigned: 2, initial: 5 })],
};

describe('A step of the store over PostgreSQL', () => {
  const run = (client: FakeClient, signal = new AbortController().signal) =>
    new PostgresStore(async () => client).run(['k'], command, signal);

  test('is one transaction, and leaves no listener on the client that it gives back', async () => {
    const client = new FakeClient();
    await expect(run(client)).resolves.toMatchObject({ claimed: [0] });
    expect(client.statements).toEqual(['BEGIN', 'SELECT', 'SELECT', 'SELECT', 'INSERT', 'COMMIT']);
    expect(client.state).toMatchObject({ level: 4 });
    expect([client.released, client.listenerCount('error')]).toEqual([1, 0]);
  });

  // As when an administrator ends the connection, or the server stops.
  test('rejects with the first failure of a connection that breaks, whose event does not end the process', async () => {
    const client = new FakeClient((text) => {
      if (text.startsWith('SELECT key')) client.emit('error', new Error('Connection terminated unexpectedly'));
      if (text.startsWith('SELECT key')) throw new Error('terminating connection due to administrator command');
      if (text === 'ROLLBACK') throw new Error('Client has encountered a connection error and is not queryable');
    });
    await expect(run(client)).rejects.toThrow('terminating connection due to administrator command');
    expect([client.released, client.listenerCount('error')]).toEqual([1, 0]);
  });

  test('charges nothing if nobody waits for it any more when it has the locks', async () => {
    const controller = new AbortController();
    const client = new FakeClient((text) => {
      if (text.includes('advisory')) controller.abort();
    });
    await expect(run(client, controller.signal)).rejects.toThrow('aborted');
    expect(client.statements).toEqual(['BEGIN', 'SELECT', 'ROLLBACK']);
    expect(client.state).toBeUndefined();
  });
});
