import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from '../../docs/examples/streams/download';
import { events } from '../../docs/examples/streams/events';
import { RangeServer } from '../http/client/body/range-server.js';

describe('a feed of server-sent events', () => {
  test('continues after the last event, each comes once, and leaving closes the connection', async () => {
    const asked: (string | undefined)[] = [];
    let open = 0;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      const last = request.headers['last-event-id'] as string | undefined;
      asked.push(last);
      open += 1;
      response.once('close', () => (open -= 1));
      if (asked.length === 2) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const from = Number(last ?? 0) + 1;
      for (let id = from; id < from + 3; id += 1) response.write(`id: ${id}\ndata: event ${id}\n\n`);
      // The first breaks within an event, the next is closed.
      if (asked.length === 1) response.write('id: 4\nda', () => setTimeout(() => response.destroy(), 10));
      else if (asked.length === 3) response.end();
    };
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const seen: string[] = [];
    for await (const event of events(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)) {
      seen.push(event.id);
      if (event.id === '8') break;
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(asked).toEqual([undefined, '3', '3', '6']);
    for (let i = 0; i < 100 && open > 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(open).toBe(0);
    server.close();
  });
});

describe('a file written to disk', () => {
  let folder: string;
  let server: RangeServer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenax-'));
    server = await RangeServer.start(50_000);
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** A run that ends before the file is complete, as that of a program that is ended. */
  async function interrupted(path: string): Promise<void> {
    server.steps = [{ cutAfter: 20_000, delay: 400 }, { status: 404 }];
    await expect(download(server.url, path)).rejects.toThrow('404');
  }

  test('continues in the next run, and leaves nothing beside the file', async () => {
    const path = join(folder, 'file');
    await interrupted(path);
    server.steps = [{ cutAfter: 10_000, delay: 400 }];
    await download(server.url, path);
    expect(Buffer.compare(await readFile(path), server.content)).toBe(0);
    expect(server.ranges.slice(2)).toEqual(['bytes=19999-', 'bytes=29999-']);
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('begins anew where the server has another version', async () => {
    const path = join(folder, 'file');
    await interrupted(path);
    server.etag = '"v2"';
    server.content = Buffer.alloc(30_000, 'new');
    await download(server.url, path);
    expect(Buffer.compare(await readFile(path), server.content)).toBe(0);
  });
});
