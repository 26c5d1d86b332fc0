import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlakyServer } from 'tenax/testing';
import { answers, freePort } from '../integration/loopback';

export type Style = 'page' | 'link' | 'cursor';

interface Api {
  readonly pages: number;
  readonly style: Style;
  /** Requests a second that nginx lets through, and how many of them ahead of time. */
  readonly rate: number;
  readonly burst: number;
}

/** An API whose answers take 200 ms, behind an nginx with limit_req. Ids count from 0, five to a page. */
export class SlowApi {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly nginx: ChildProcess,
    private readonly upstream: FlakyServer,
  ) {}

  static async start({ pages, style, rate, burst }: Api): Promise<SlowApi> {
    const upstream = await FlakyServer.start({
      handler: async ({ url = '' }, response) => {
        const query = new URL(url, 'http://localhost').searchParams;
        const page = Number(query.get('cursor')?.slice(1) ?? query.get('page') ?? 1);
        const items = page <= pages ? Array.from({ length: 5 }, (_, i) => ({ id: (page - 1) * 5 + i })) : [];
        const next = page < pages ? `/items?${style === 'cursor' ? 'cursor=c' : 'page='}${page + 1}` : undefined;
        await new Promise((resolve) => setTimeout(resolve, 200));
        response.setHeader('content-type', 'application/json');
        if (style === 'link' && next !== undefined)
          response.setHeader('link', `<${next}>; rel="next", </items?page=${pages}>; rel="last"`);
        response.end(JSON.stringify(style === 'cursor' ? { items, next } : { items }));
      },
    });
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'tenax-nginx-'));
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
       events { worker_connections 256; }
       http {
         log_format brief '$msec $status'; access_log ${folder}/access.log brief;
         client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
         uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
         limit_req_zone $server_name zone=api:1m rate=${rate}r/s; limit_req_status 429;
         server {
           listen 127.0.0.1:${port}; server_name api;
           location / { limit_req zone=api burst=${burst} nodelay; proxy_pass ${upstream.url}; }
         }
       }`,
    );
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]);
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 10));
    return new SlowApi(`http://127.0.0.1:${port}`, folder, nginx, upstream);
  }

  /** What nginx has let through, in the order of time: requests, how many it refused, and the seconds between first and last. */
  get traffic(): { passed: number; refused: number; seconds: number } {
    const log = join(this.folder, 'access.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    // Those of a client that died are there too.
    const passed = lines.filter((line) => !line.endsWith(' 429')).map((line) => Number.parseFloat(line));
    const seconds = Math.max(...passed) - Math.min(...passed);
    return { passed: passed.length, refused: lines.filter((line) => line.endsWith(' 429')).length, seconds };
  }

  get requests(): number {
    return this.upstream.requests.length;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.nginx.once('exit', resolve));
    this.nginx.kill();
    await ended;
    await this.upstream.close();
    rmSync(this.folder, { recursive: true });
  }
}
