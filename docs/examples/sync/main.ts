import { ItemsApi } from './items-api';
import { bucket } from './limits';
import { parseOptions, resumeCommand } from './options';
import { Output } from './output';
import { Progress } from './progress';
import { showProgress, silent } from './screen';
import { startServer } from './server';
import { Source } from './source';
import { describeDone, figures, summary } from './text';

const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = parseOptions();
  const { rate, capacity, chaos, out } = options;
  const output = new Output(out, new Source(options.url, options.perPage), options.resume);
  const server = options.url === undefined ? await startServer(rate, capacity, chaos) : undefined;
  const { limiter, allowed } = bucket(rate, capacity);
  const progress = new Progress(allowed, output.written.items);
  const screen = options.quiet ? silent : showProgress(progress);
  const api = new ItemsApi({
    ...options,
    url: options.url ?? `${server?.url}/items`,
    headers: options.header,
    limiter,
    onRequest: () => void (progress.requests += 1),
    onRetry: (retry) => {
      progress.retry(retry);
      screen.retry(retry);
    },
  });
  // A second Ctrl-C ends at once.
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
  });
  try {
    const { next } = output.written;
    // There is nothing to read where a run was killed after its last page.
    if (next !== null)
      await api.read(
        next,
        ({ items, total, after }) => {
          output.append(items, after);
          progress.page(items.length, total);
        },
        interrupt.signal,
      );
    output.finish();
    screen.end();
    if (options.json) process.stdout.write(`${figures(progress, out)}\n`);
    else if (!options.quiet) process.stdout.write(`${summary(progress, out)}\n`);
  } catch (error) {
    screen.end();
    process.exitCode = interrupt.signal.aborted ? 130 : 1;
    print(interrupt.signal.aborted ? 'interrupted' : `error: ${(error as Error).message}`);
    if (output.canResume) {
      print(`${describeDone(progress)} are in ${out}; this continues:`);
      print(`  ${resumeCommand()}`);
    } else if (interrupt.signal.aborted) print('nothing was written, so there is nothing to resume');
  } finally {
    // Left open it would keep the process alive, whatever has failed.
    await server?.close();
  }
}

main().catch((error: unknown) => {
  print(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
