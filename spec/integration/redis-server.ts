import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { answers, describeWith, freePort } from './loopback.js';

/** `describe`, or its skip where there is no redis-server. */
export const describeWithRedis = describeWith('redis-server', '--version');

/** How often scripts were run by their hash, how often whole, and commands of any other kind but those of connections. */
export interface Commands {
  readonly evalsha?: number;
  readonly eval?: number;
  readonly other: number;
}

/** What a script does itself, and what clients and these specs say to the server. */
const ASIDE = /^(time|type|get|set|info|client.*|hello|ping|config.*|auth|select|script.*|evalsha|eval|replicaof)$/;

/** A real redis-server without persistence, on a loopback port of its own. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.restart();
    return server;
  }

  async restart(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = spawn('redis-server', args, { stdio: 'ignore', cwd: '/' });
    // A server starts outside of this process: there is no event to wait for.
    while (!(await answers(this.port))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Sends one command on a connection of its own; answers what came back, as it came. */
  command(...words: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${words.join(' ')}\r\nQUIT\r\n`));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('end', () => resolve(answer.replace(/\+OK\r\n$/, '')));
      socket.on('error', reject);
    });
  }

  /** The calls since the server started. */
  async commands(): Promise<Commands> {
    const calls: Record<string, number> = { other: 0 };
    for (const [, name = '', count] of (await this.command('INFO', 'commandstats')).matchAll(
      /cmdstat_(\S+?):calls=(\d+)/g,
    )) {
      if (name === 'evalsha' || name === 'eval') calls[name] = Number(count);
      else if (!ASIDE.test(name)) calls.other! += Number(count);
    }
    return calls as unknown as Commands;
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }
}
