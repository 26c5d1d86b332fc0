import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';
import { bytes } from '../http/client/body/range-server.js';
import { describeWithNginx, NginxServer } from './nginx-server.js';

const SIZE = 6_000_000;
const RATE = 2_000_000;
interface Sent {
  readonly headers: { get(name: string): unknown };
}
/** The options of a client that notes from where each request asks. */
const optionsOf = (ranges: unknown[]) => ({
  resume: true,
  idleTimeout: 5000,
  wait: wait.fixed(50),
  beforeAttempt: <S extends Sent>(sent: S): S => {
    ranges.push(sent.headers.get('range') ?? null);
    return sent;
  },
});

const clients: [string, (url: string, ranges: unknown[]) => Promise<AsyncIterable<Uint8Array>>][] = [
  [
    'retryingFetch',
    async (url, ranges) => (await retryingFetch(optionsOf(ranges))(url)).body as unknown as AsyncIterable<Uint8Array>,
  ],
  [
    'RetryingAxios',
    async (url, ranges) =>
      (await new RetryingAxios({}, optionsOf(ranges)).get<Readable>(url, { responseType: 'stream' })).data,
  ],
];

// Real time: the rate is nginx' own.
describeWithNginx('a download from nginx with limit_rate, which is restarted twice', () => {
  test.each(clients)(
    'comes whole through %s, every byte once',
    async (_name, open) => {
      const content = bytes(SIZE);
      const nginx = await NginxServer.start({ file: { content, bytesPerSecond: RATE } });
      try {
        const hash = createHash('sha256');
        const ranges: unknown[] = [];
        let received = 0;
        const restarts = [SIZE / 3, SIZE / 2];
        const restarted: Promise<void>[] = [];
        for await (const chunk of await open(`${nginx.url}/file`, ranges)) {
          hash.update(chunk);
          received += chunk.length;
          if (received > (restarts[0] ?? Infinity)) {
            restarts.shift();
            restarted.push(nginx.restart(200));
          }
        }
        await Promise.all(restarted);
        expect(received).toBe(SIZE);
        expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
        const last = Number(/^bytes=(\d+)-$/.exec(String(ranges.at(-1)))?.[1]);
        expect(ranges[0]).toBeNull();
        expect(last).toBeGreaterThan(SIZE / 2);
        expect(nginx.answers).toEqual([{ status: 206, bytes: SIZE - last }]);
      } finally {
        await nginx.close();
      }
    },
    60_000,
  );
});
