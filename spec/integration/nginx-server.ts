import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, describeWith, freePort } from './loopback.js';

/** `describe`, or its skip where there is no nginx. */
export const describeWithNginx = describeWith('nginx', '-v');

interface NginxOptions {
  /** Requests a second; without it any number. */
  readonly rate?: number;
  readonly burst?: number;
  readonly pages?: number;
  /** What it serves as `/file`, at so many bytes a second. */
  readonly file?: { readonly content: Uint8Array; readonly bytesPerSecond: number };
  /** How many requests may be in progress; others are answered with 503. Default: any number. */
  readonly connections?: number;
}

/**
 * A real nginx on loopback. With `rate` it lets so many requests a second through, `burst` ahead of time, and answers 429 to
 * others.
 */
export class NginxServer {
  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly folder: string,
    private child?: ChildProcess,
  ) {}

  static async start(options: NginxOptions): Promise<NginxServer> {
    const { rate, burst = 0, pages = 0, connections, file } = options;
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'tenax-nginx-'));
    mkdirSync(join(folder, 'pages'));
    for (let page = 1; page <= pages; page += 1) {
      writeFileSync(join(folder, 'pages', `${page}.json`), JSON.stringify({ page, items: [page * 2 - 1, page * 2] }));
    }
    if (file !== undefined) writeFileSync(join(folder, 'pages', 'file'), file.content);
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
       events { worker_connections 256; }
       http {
         log_format sent '$status $body_bytes_sent'; access_log ${file === undefined ? 'off' : `${folder}/sent.log sent`};
         client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
         uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
         ${rate === undefined ? '' : `limit_req_zone $server_name zone=api:1m rate=${rate}r/s;`}
         limit_req_status 429;
         limit_conn_zone $server_name zone=conn:1m; limit_conn_status 503;
         server {
           listen 127.0.0.1:${port}; server_name api; root ${folder}/pages; default_type application/json;
           location / {
             ${rate === undefined ? '' : `limit_req zone=api${burst > 0 ? ` burst=${burst} nodelay` : ''};`}
             ${file === undefined ? '' : `limit_rate ${file.bytesPerSecond};`}
             ${connections === undefined ? '' : `limit_conn conn ${connections};`}
           }
         }
       }`,
    );
    const server = new NginxServer(`http://127.0.0.1:${port}`, port, folder);
    await server.run();
    return server;
  }

  /** Ends it with all its connections, and starts it again after a while. */
  async restart(milliseconds: number): Promise<void> {
    await this.stop();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await this.run();
  }

  /** The status and the bytes of each answer, where it serves a file; those that were cut off are not noted. */
  get answers(): { readonly status: number; readonly bytes: number }[] {
    const lines = readFileSync(join(this.folder, 'sent.log'), 'utf8').trim().split('\n');
    return lines.map((line) => line.split(' ').map(Number)).map(([status = 0, bytes = 0]) => ({ status, bytes }));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  private async run(): Promise<void> {
    const { folder } = this;
    this.child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    });
    for (let tries = 0; !(await answers(this.port)); tries += 1) {
      if (tries > 200) throw new Error('nginx does not answer');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async stop(): Promise<void> {
    const { child } = this;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill();
    await ended;
  }
}
