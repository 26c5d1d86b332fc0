import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';
import { bytes } from './range-server.js';

const SIZE = 200_000_000;
const BLOCK = bytes(1_000_003);

/** What stands at a place of a file that is too large to be kept. */
const partAt = (position: number): Buffer => {
  const at = position % BLOCK.length;
  return BLOCK.subarray(at, Math.min(BLOCK.length, at + 65_536, at + SIZE - position));
};

function expected(): string {
  const hash = createHash('sha256');
  for (let position = 0; position < SIZE; position += partAt(position).length) hash.update(partAt(position));
  return hash.digest('hex');
}

/** A server of that file which cuts each connection after up to 40 MB. */
async function startServer() {
  const served = { sent: 0, cuts: 0, requests: 0 };
  const write = async (response: ServerResponse, first: number): Promise<void> => {
    const until = first + Math.floor(Math.random() * 40_000_000);
    let position = first;
    while (position < SIZE && position < until && !response.destroyed) {
      const part = partAt(position);
      position += part.length;
      served.sent += part.length;
      if (!response.write(part)) await Promise.race([new Promise((go) => response.once('drain', go)), sleep(1000)]);
    }
    if (position >= SIZE) response.end();
    else {
      served.cuts += 1;
      response.destroy();
    }
  };
  const server = createServer((request, response) => {
    served.requests += 1;
    const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      ETag: '"large"',
      'Content-Length': SIZE - first,
      ...(request.headers.range === undefined ? {} : { 'Content-Range': `bytes ${first}-${SIZE - 1}/${SIZE}` }),
    });
    void write(response, first);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/large`;
  return { served, url, close: () => (server.closeAllConnections(), server.close()) };
}

const options = { resume: true, idleTimeout: 10_000, wait: wait.fixed(5) } as const;
const clients: [string, (url: string) => Promise<AsyncIterable<Uint8Array>>][] = [
  ['retryingFetch', async (url) => (await retryingFetch(options)(url)).body as unknown as AsyncIterable<Uint8Array>],
  [
    'RetryingAxios',
    async (url) => (await new RetryingAxios({}, options).get<Readable>(url, { responseType: 'stream' })).data,
  ],
];

test.each(clients)(
  '200 MB through %s over a network that cuts: the same bytes, few of them twice, memory flat',
  async (_name, open) => {
    const server = await startServer();
    try {
      const hash = createHash('sha256');
      let received = 0;
      let most = 0;
      const before = process.memoryUsage().rss;
      for await (const chunk of await open(server.url)) {
        hash.update(chunk);
        received += chunk.length;
        most = Math.max(most, process.memoryUsage.rss());
      }
      expect(received).toBe(SIZE);
      expect(hash.digest('hex')).toBe(expected());
      expect(server.served.cuts).toBeGreaterThan(0);
      // What was in flight at a cut: the buffers of two sockets and of the client.
      expect(server.served.sent - SIZE).toBeLessThan(server.served.cuts * 10_000_000);
      expect(most - before).toBeLessThan(100_000_000);
    } finally {
      server.close();
    }
  },
);
