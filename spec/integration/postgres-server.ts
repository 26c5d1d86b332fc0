import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresClient } from '../../docs/examples/postgres-store';
import { answers, describeWith, freePort } from './loopback.js';

/** Where Debian puts what is not on the PATH; '' if it is. */
const bin = (): string => {
  const base = '/usr/lib/postgresql';
  const [version] = existsSync(base) ? readdirSync(base) : [];
  return version === undefined ? '' : join(base, version, 'bin/');
};

export const describeWithPostgres = describeWith(`${bin()}initdb`, '--version');

const ROOT = process.getuid?.() === 0;
/** The server refuses to run as root. */
const asUser = (command: string, args: string[]): [string, string[]] =>
  ROOT ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];

/** A PostgreSQL server with its own data, on a loopback port. */
export class PostgresServer {
  readonly #psqls: ChildProcess[] = [];

  private constructor(
    private readonly port: number,
    private readonly data: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<PostgresServer> {
    const data = mkdtempSync(join(tmpdir(), 'tenax-pg-'));
    if (ROOT) spawnSync('chown', ['postgres', data]);
    chmodSync(data, 0o700);
    const [initdb, initArgs] = asUser(`${bin()}initdb`, ['-D', data, '-A', 'trust', '-U', 'tenax', '--no-sync']);
    const made = spawnSync(initdb, initArgs, { cwd: '/' });
    if (made.status !== 0) throw new Error(String(made.stderr));
    const port = await freePort();
    const options = [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${data}`,
      '-c',
      'fsync=off',
    ];
    const [postgres, args] = asUser(`${bin()}postgres`, options);
    const child = spawn(postgres, args, { stdio: 'ignore', cwd: '/' });
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 50));
    return new PostgresServer(port, data, child);
  }

  /** A client over psql, which speaks for `pg` here. */
  connect(): PostgresClient {
    const args = [
      '-h',
      '127.0.0.1',
      '-p',
      String(this.port),
      '-U',
      'tenax',
      '-d',
      'postgres',
      '-qtA',
      '-v',
      'VERBOSITY=terse',
    ];
    const psql = spawn('psql', args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
    this.#psqls.push(psql);
    const waiting: ((lines: string[]) => void)[] = [];
    let lines: string[] = [];
    createInterface({ input: psql.stdout }).on('line', (line) => {
      if (line !== '--end--') lines.push(line);
      else {
        waiting.shift()!(lines);
        lines = [];
      }
    });
    const literal = (value: unknown): string =>
      Array.isArray(value) ? `ARRAY[${value.map(literal).join(',')}]` : `'${String(value).replaceAll("'", "''")}'`;
    const query = async (text: string, values: unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> => {
      const whole = text.replace(/\$(\d)/g, (_, n: string) => literal(values[Number(n) - 1]));
      const reads = whole.startsWith('SELECT') && !whole.includes('advisory');
      const replied = new Promise<string[]>((resolve) => waiting.push(resolve));
      psql.stdin.write(`${reads ? `SELECT row_to_json(t) FROM (${whole}) t` : whole};\n\\echo --end--\n`);
      const rows = await replied;
      return { rows: reads ? rows.map((row) => JSON.parse(row) as Record<string, unknown>) : [] };
    };
    return { query, on: () => undefined, off: () => undefined };
  }

  async stop(): Promise<void> {
    for (const psql of this.#psqls) psql.kill();
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    const [stop, args] = asUser(`${bin()}pg_ctl`, ['-D', this.data, 'stop', '-m', 'immediate']);
    spawnSync(stop, args, { cwd: '/' });
    await gone;
    rmSync(this.data, { recursive: true, force: true });
  }
}
