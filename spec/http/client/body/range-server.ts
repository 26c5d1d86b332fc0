import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one answer. */
export interface Step {
  /** Cuts the connection after so many bytes of this answer; without it the answer is whole. */
  readonly cutAfter?: number;
  /** Milliseconds before the cut: what was not read until then is lost. Default 5. */
  readonly delay?: number;
  /** Sends nothing more after so many bytes, and keeps the connection open. */
  readonly stallAfter?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers instead of the server. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A real server of one file that knows Range and If-Range, and breaks its answers as it is told. */
export class RangeServer {
  readonly requests: { readonly method: string; readonly headers: IncomingMessage['headers']; readonly at: number }[] =
    [];
  /** Bytes of bodies that were written. */
  sent = 0;
  content: Buffer;
  etag: string | undefined = '"v1"';
  lastModified: string | undefined = undefined;
  chunked = false;
  steps: Step[] = [];
  private readonly server: Server;

  private constructor(content: Buffer) {
    this.content = content;
    this.server = createServer((request, response) => {
      this.requests.push({ method: String(request.method), headers: request.headers, at: performance.now() });
      this.open += 1;
      response.once('close', () => {
        this.open -= 1;
      });
      this.answer(request, response, this.steps.shift() ?? {});
    });
  }

  static async start(content: Buffer | number, steps: Step[] = []): Promise<RangeServer> {
    const made = new RangeServer(typeof content === 'number' ? bytes(content) : content);
    made.steps = steps;
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file`;
  }

  get ranges(): (string | undefined)[] {
    return this.requests.map(({ headers }) => headers.range);
  }

  /** Answers that have not ended: a client that leaves closes their connections. */
  open = 0;

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse, step: Step): void {
    if (step.handle !== undefined) {
      step.handle(request, response);
      return;
    }
    const { etag, lastModified, content } = this;
    const validators = {
      ...(etag === undefined ? {} : { ETag: etag }),
      ...(lastModified === undefined ? {} : { 'Last-Modified': lastModified }),
    };
    if (step.status !== undefined) {
      response.writeHead(step.status, { ...validators, ...step.headers }).end('no');
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const condition = request.headers['if-range'];
    const ranged = from !== undefined && (condition === undefined || condition === etag || condition === lastModified);
    const first = ranged ? Number(from) : 0;
    const last = ranged && to ? Math.min(Number(to), content.length - 1) : content.length - 1;
    if (first > last) {
      response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(first, last + 1);
    response.writeHead(ranged ? 206 : 200, {
      ...validators,
      ...(this.chunked ? {} : { 'Content-Length': String(body.length) }),
      ...(ranged ? { 'Content-Range': `bytes ${first}-${last}/${content.length}` } : {}),
      ...step.headers,
    });
    const limit = step.cutAfter ?? step.stallAfter ?? body.length;
    this.sent += Math.min(limit, body.length);
    const part = body.subarray(0, limit);
    if (limit >= body.length && step.cutAfter === undefined && step.stallAfter === undefined) response.end(part);
    else if (part.length === 0) {
      response.flushHeaders();
      if (step.cutAfter !== undefined) setTimeout(() => response.destroy(), step.delay ?? 5);
    } else {
      response.write(part, () => {
        if (step.cutAfter !== undefined) setTimeout(() => response.destroy(), step.delay ?? 5);
      });
    }
  }
}

/** Bytes that differ from place to place. */
export function bytes(length: number): Buffer {
  const made = Buffer.allocUnsafe(length);
  let x = 1;
  for (let i = 0; i < length; i += 1) {
    x = (x * 48_271) % 2_147_483_647;
    made[i] = x & 0xff;
  }
  return made;
}

export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
