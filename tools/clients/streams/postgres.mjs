// A PostgreSQL server of its own on a loopback port, which can be killed and started again.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const base = '/usr/lib/postgresql';
/** Where Debian puts what is not on the PATH. */
const bin = existsSync(base) ? join(base, readdirSync(base)[0], 'bin/') : '';
const isRoot = process.getuid?.() === 0;
/** The server refuses to run as root. */
const asUser = (command, args) =>
  isRoot ? ['runuser', ['-u', 'postgres', '--', bin + command, ...args]] : [bin + command, args];

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() && true));
    socket.on('error', () => resolve(false));
  });

export async function startPostgres() {
  const data = mkdtempSync(join(tmpdir(), 'tenax-pg-'));
  if (isRoot) spawnSync('chown', ['postgres', data]);
  chmodSync(data, 0o700);
  const made = spawnSync(...asUser('initdb', ['-D', data, '-A', 'trust', '-U', 'tenax', '--no-sync']), { cwd: '/' });
  if (made.status !== 0) throw new Error(String(made.stderr));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const options = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    'fsync=off',
    // A backend that waits for a lock notices that its client has gone.
    'client_connection_check_interval=50',
  ];
  let child;
  const start = async () => {
    const args = ['-D', data, '-p', String(port), ...options.flatMap((option) => ['-c', option])];
    child = spawn(...asUser('postgres', args), { stdio: 'ignore', cwd: '/' });
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  /** Without a warning to its clients. */
  const stop = () => spawnSync(...asUser('pg_ctl', ['-D', data, 'stop', '-m', 'immediate']), { cwd: '/' });
  const kill = async () => {
    const gone = once(child, 'exit');
    stop();
    await gone;
  };
  const remove = () => {
    stop();
    rmSync(data, { recursive: true, force: true });
  };
  process.on('exit', remove);
  await start();
  return {
    environment: { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'tenax', PGDATABASE: 'postgres' },
    start,
    kill,
  };
}
