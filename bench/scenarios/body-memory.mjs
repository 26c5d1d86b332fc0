import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { turns, quick } from '../measure.mjs';

/** A large body through both clients, whose server cuts the connection: what it takes of memory and of time. */
const SIZE = 200_000_000;
/** The server cuts after so many bytes. */
const CUT = 30_000_000;
const PART = Buffer.alloc(65_536, 'tenax');

export const title = '200 MB as a stream, cut every 30 MB';
export const floor = 'plain fetch, not cut';
export const columns = { more: 'memory at most, MB more than before', ms: 'ms' };
export const bars = { retryingFetch: { more: 50 }, RetryingAxios: { more: 50 } };

/** The server has a thread of its own, whose memory is not the client's. */
function serve() {
  const server = createServer((request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const first = Number(asked ?? 0);
    const end = request.url === '/cut' ? Math.min(SIZE, first + CUT) : SIZE;
    response.writeHead(asked === undefined ? 200 : 206, {
      ETag: '"large"',
      'Content-Length': SIZE - first,
      ...(asked === undefined ? {} : { 'Content-Range': `bytes ${first}-${SIZE - 1}/${SIZE}` }),
    });
    let position = first;
    const write = () => {
      while (position < end) {
        const at = position % PART.length;
        const part = PART.subarray(at, Math.min(PART.length, at + end - position));
        position += part.length;
        if (!response.write(part)) return void response.once('drain', write);
      }
      if (end === SIZE) response.end();
      else response.destroy();
    };
    write();
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}
if (!isMainThread) serve();

/** Reads a body and hashes it, as a program that writes it to disk would do; returns the most memory that was in use. */
async function drain(body) {
  globalThis.gc();
  globalThis.gc();
  const before = process.memoryUsage.rss();
  const hash = createHash('sha256');
  let [size, most] = [0, before];
  for await (const chunk of body) {
    hash.update(chunk);
    size += chunk.length;
    most = Math.max(most, process.memoryUsage.rss());
  }
  if (size !== SIZE) throw new Error(`${size} bytes came of ${SIZE}`);
  return { more: (most - before) / 1e6, sha: hash.digest('hex') };
}

export default async function run() {
  const worker = new Worker(fileURLToPath(import.meta.url));
  const port = await new Promise((resolve) => worker.once('message', resolve));
  const { retryingFetch } = await import('../../dist/node/http/index.js');
  const { RetryingAxios } = await import('../../dist/node/axios/index.js');
  const { wait } = await import('../tenax.mjs');
  const options = { resume: true, idleTimeout: 10_000, wait: wait.fixed(0) };
  const url = (path) => `http://127.0.0.1:${port}/${path}`;
  const fetching = retryingFetch(options);
  const api = new RetryingAxios({}, options);
  const stream = async (path) => (await api.get(url(path), { responseType: 'stream' })).data;
  const bodies = {
    [floor]: async () => (await fetch(url('whole'))).body,
    'retryingFetch, not cut': async () => (await fetching(url('whole'))).body,
    retryingFetch: async () => (await fetching(url('cut'))).body,
    'RetryingAxios, not cut': () => stream('whole'),
    RetryingAxios: () => stream('cut'),
  };
  const shas = new Set();
  const contestants = Object.fromEntries(
    Object.entries(bodies).map(([name, open]) => [
      name,
      async () => {
        const begun = performance.now();
        const { more, sha } = await drain(await open());
        shas.add(sha);
        return { more, ms: performance.now() - begun };
      },
    ]),
  );
  const rows = await turns(contestants, quick ? 2 : 5);
  if (shas.size !== 1) throw new Error('the bodies differ');
  await worker.terminate();
  return rows;
}
