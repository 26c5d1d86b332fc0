import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, describeWith, freePort } from './loopback.js';

/** `describe`, or its skip where there is no nginx. */
export const describeWithNginx = describeWith('nginx', '-v');

interface NginxOptions {
  readonly rate: number;
  readonly burst: number;
  readonly pages: number;
  /** How many requests may be in progress; others are answered with 503. Default: any number. */
  readonly connections?: number;
}

/** A real nginx on loopback that lets `rate` requests a second through, `burst` ahead of time, and answers 429 to others. */
export class NginxServer {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ rate, burst, pages, connections }: NginxOptions): Promise<NginxServer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'tenax-nginx-'));
    mkdirSync(join(folder, 'pages'));
    for (let page = 1; page <= pages; page += 1) {
      writeFileSync(join(folder, 'pages', `${page}.json`), JSON.stringify({ page, items: [page * 2 - 1, page * 2] }));
    }
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
       events { worker_connections 256; }
       http {
         access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
         uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
         limit_req_zone $server_name zone=api:1m rate=${rate}r/s;
         limit_req_status 429;
         limit_conn_zone $server_name zone=conn:1m; limit_conn_status 503;
         server {
           listen 127.0.0.1:${port}; server_name api; root ${folder}/pages; default_type application/json;
           location / {
             limit_req zone=api${burst > 0 ? ` burst=${burst} nodelay` : ''};
             ${connections === undefined ? '' : `limit_conn conn ${connections};`}
           }
         }
       }`,
    );
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    });
    for (let tries = 0; !(await answers(port)); tries += 1) {
      if (tries > 200) throw new Error('nginx does not answer');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return new NginxServer(`http://127.0.0.1:${port}`, folder, child);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
