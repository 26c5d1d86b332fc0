import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { createLogger, format, transports } from 'winston';
import { TokenBucket } from 'tenax';
import { HttpError, NetworkError } from 'tenax/http';
import { ItemsApi } from './items-api';
import { Output } from './output';
import { startServer } from './server';
import { Source } from './source';

const numeric =
  (takes: string, holds: (value: number) => boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (!holds(value) || !Number.isFinite(value)) throw new InvalidArgumentError(`It takes a ${takes}.`);
    return value;
  };
const positive = numeric('number above 0', (value) => value > 0);
// A request takes one token: a bucket of less admits none.
const burst = numeric('number of at least 1', (value) => value >= 1);
const whole = numeric('whole number of at least 1', (value) => value >= 1 && Number.isSafeInteger(value));

const header = (text: string, all: Record<string, string>): Record<string, string> => {
  const at = text.indexOf(':');
  // The value may be a secret: it is not repeated.
  if (at < 1) throw new InvalidArgumentError("It takes 'Name: value'.");
  return { ...all, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};

const { url, ...options } = new Command('npm start --')
  .description(
    'Reads all items of a paginated API into an NDJSON file, whatever the API does. Without --url it starts an API of its own.',
  )
  .option('--url <address>', 'the API (page parameters, Link headers or a next address in the body)')
  .option('--rate <n>', 'requests a second', positive, 20)
  .option('--capacity <n>', 'the largest burst', burst, 5)
  .option('--per-page <n>', 'items a page', whole, 50)
  .option('--header <header>', "a header, 'Name: value'; may be repeated", header, {})
  .option('--out <file>', 'where to', 'items.ndjson')
  .option('--resume', 'go on where an interrupted run with the same --url and --per-page ended', false)
  .parse()
  .opts<{
    url?: string;
    rate: number;
    capacity: number;
    perPage: number;
    header: Record<string, string>;
    out: string;
    resume: boolean;
  }>();

/** One clear line, with no stack and no secret. */
function explain(error: unknown): string {
  if (error instanceof HttpError || error instanceof NetworkError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<void> {
  if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url)))
    throw new Error('--url takes an address that begins with http:// or https://');
  const output = new Output(options.out, new Source(url, options.perPage), options.resume);
  const server = url === undefined ? await startServer(options.rate, options.capacity) : undefined;
  try {
    await sync(url ?? `${server?.url}/items`, output);
  } finally {
    // Left open it would keep the process alive, whatever has failed.
    await server?.close();
  }
}

async function sync(address: string, output: Output): Promise<void> {
  const terminal = process.stderr.isTTY;
  const bar = terminal
    ? new SingleBar({ format: '{bar} {value} items, page {page}', stream: process.stderr })
    : undefined;
  const logger = createLogger({
    level: terminal ? 'error' : 'warn',
    format: format.printf(({ message }) => String(message)),
    transports: [new transports.Console({ stderrLevels: ['warn', 'error'] })],
  });
  // A shade under the server's rate: the two clocks are not one.
  const bucket = new TokenBucket({ rate: options.rate * 0.98, capacity: options.capacity });
  const api = new ItemsApi(address, options.header, bucket, logger);
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort(new Error('interrupted'));
  });
  const begun = performance.now();
  let pages = 0;
  bar?.start(0, output.progress.items, { page: output.progress.page });
  try {
    for (;;) {
      const { page, next } = output.progress;
      // Also where a run was killed after its last page.
      if (next === null) break;
      const answer = await api.fetchPage(page, options.perPage, next, interrupt.signal);
      pages += 1;
      if (output.repeats(answer.items))
        throw new Error(`page ${page} is the page before it again: the API does not count pages`);
      const last = answer.next === undefined && (answer.items.length === 0 || next !== undefined);
      output.append(answer.items, page + 1, last ? null : answer.next);
      bar?.update(output.progress.items, { page });
    }
    output.finish();
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
    process.stderr.write('\ninterrupted; --resume goes on from here\n');
  } finally {
    bar?.stop();
  }
  const seconds = (performance.now() - begun) / 1000;
  const least = Math.max(0, api.requests - options.capacity) / options.rate;
  process.stdout.write(
    `${output.progress.items} items, ${pages} pages, ${api.requests} requests, ${api.throttled} 429s, ${api.requests - pages} retries, ` +
      `${seconds.toFixed(1)} s (the rate limit alone needs ${least.toFixed(1)} s)\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${explain(error)}\n`);
  process.exitCode = 1;
});
