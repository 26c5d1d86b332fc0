import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios, { type AxiosRequestConfig } from 'axios';

/** What a real server saw of one request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export type Answer = (response: ServerResponse, ordinal: number, request: IncomingMessage) => void;

/** A server of node:http on loopback. */
export interface RealServer {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

export async function serve(answer: Answer): Promise<RealServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks) });
      answer(response, seen.length, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers these statuses in turn, then 200. */
export const statuses =
  (...list: number[]): Answer =>
  (response, ordinal) => {
    const status = list[ordinal - 1] ?? 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status, ordinal }));
  };

/** axios got its fetch adapter with 1.7, names of adapters with 1.5. */
const [major = 0, minor = 0] = axios.VERSION.split('.').map(Number);
export const since = (wanted: number): boolean => major > 1 || minor >= wanted;
export const ADAPTERS: readonly ['http' | 'fetch', AxiosRequestConfig][] = since(7)
  ? [
      ['http', { adapter: 'http' }],
      ['fetch', { adapter: 'fetch' }],
    ]
  : [['http', {}]];
