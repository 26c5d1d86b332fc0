import { execFileSync } from 'node:child_process';
import { FlakyServer } from 'tenax/testing';
import { describeWith } from '../integration/loopback';
import { fresh, root } from './main-job';

/** A terminal of 100 columns in which a shell runs. */
class Terminal {
  readonly #name = `tenax-${process.pid}-${Math.random().toString(36).slice(2)}`;

  constructor() {
    this.#tmux('new-session', '-d', '-x', '100', '-y', '30', '-c', root, 'bash --norc');
  }

  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** What is seen, once it matches. */
  async sees(pattern: RegExp): Promise<string> {
    for (;;) {
      const text = this.#tmux('capture-pane', '-p', '-J').trimEnd();
      if (pattern.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): void {
    this.#tmux('kill-session');
  }

  #tmux(command: string, ...args: string[]): string {
    const target = command === 'new-session' ? '-s' : '-t';
    return execFileSync('tmux', ['-L', this.#name, '-f', '/dev/null', command, target, 'job', ...args], {
      encoding: 'utf8',
    });
  }
}

// A real terminal, and real time.
describeWith('tmux', '-V')('the main job on a terminal', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(() => {
    terminal.close();
  });

  const type = (...args: string[]): void =>
    terminal.type(`clear; npm start --silent -- ${args.join(' ')}; echo "exit $?"`, 'Enter');

  test('shows a bar, the rate and what the server said, then one line with all figures', async () => {
    type('--out', fresh());
    expect(await terminal.sees(/█░* .* of 2,522 items[^]*last: /)).toMatch(
      /█+░+ [\d,]+ of 2,522 items\n\d+ pages · [\d,]+ items\/s · \d+ requests?\/s, \d+ % of the allowed rate\nmet .*\nlast: .* on page \d+.*/,
    );
    expect(await terminal.sees(/exit 0/)).toMatch(
      /^2,522 items in 52 pages → .* in \d+\.\d s; survived .*; \d+ % of the allowed rate\nexit 0/m,
    );
  }, 60_000);

  test('says after Ctrl-C what was written, where, and how to continue', async () => {
    type('--out', fresh(), '--rate', '5');
    await terminal.sees(/ [1-9][\d,]* of 2,522 items/);
    terminal.type('C-c');
    // A shell that sees Ctrl-C skips the rest of the line; what it prints next does not cover anything.
    const text = await terminal.sees(/--resume\n+.*[#$]$/);
    expect(text).toMatch(
      /interrupted\n[\d,]+ items in \d+ pages? are in \S+; this continues:\n {2}npm start -- --out \S+ --rate 5 --resume\n/,
    );
  }, 60_000);

  test('shows a server that always fails, without a bar, and the error at the end', async () => {
    const server = await FlakyServer.start({ script: Array<number>(20).fill(503) });
    type('--out', fresh(), '--url', `'${server.url}/items?key=s3cret'`);
    const live = await terminal.sees(/try 5 in/);
    expect(live).toMatch(/^0 items\n0 pages · 0 items\/s .*\nmet 4 × 503\nlast: 503 on page 1, try 5 in \d+\.\d s$/m);
    const end = await terminal.sees(/exit 1/);
    await server.close();
    expect(end).toMatch(/error: GET http:\S+\/items answered 503 Service Unavailable\nexit 1/);
  }, 60_000);
});
