import Redis from 'ioredis';
import { createClient } from 'redis';
import type { RedisClientLike } from '../../lib/redis/index.js';

/** A client of either kind, and how to let go of it. */
export interface Connection {
  readonly client: RedisClientLike;
  close(): void;
}

export const connections: Record<string, (port: number) => Promise<Connection>> = {
  ioredis: async (port) => {
    const client = new Redis({ port, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
  'node-redis': async (port) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: () => 50 } });
    client.on('error', () => undefined);
    await client.connect();
    return { client: client as unknown as RedisClientLike, close: () => client.destroy() };
  },
};
