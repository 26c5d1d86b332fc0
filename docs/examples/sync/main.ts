import { ItemsApi } from './items-api';
import { OwnJob, type Job } from './job';
import { parseOptions, type Options } from './options';
import { merge } from './parts';
import { Progress } from './progress';
import { showProgress, silent } from './screen';
import { startServer } from './server';
import { describeDone, describeItems, figures, summary } from './text';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = parseOptions();
  const { merge: parts, out } = options;
  if (parts === undefined) await run(options, await jobOf(options));
  else process.stdout.write(`${describeItems(merge(parts, out))} → ${out}\n`);
}

/** What several machines need is loaded only for them. */
async function jobOf(options: Options): Promise<Job> {
  if (options.redis === undefined) return new OwnJob(options);
  const { SharedJob } = await import('./shared-job');
  return SharedJob.join(options.redis, options);
}

async function run(options: Options, job: Job): Promise<void> {
  const { url, rate, capacity, chaos, header: headers, quiet, json } = options;
  const server = url === undefined ? await startServer(rate, capacity, chaos) : undefined;
  const { limiter, allowed } = job.limits();
  const progress = new Progress(allowed, job.before);
  const screen = quiet ? silent : showProgress(progress);
  const api = new ItemsApi({
    ...options,
    url: url ?? `${server?.url}/items`,
    headers,
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
    await job.read(api, progress, interrupt.signal);
    screen.end();
    if (json) process.stdout.write(`${figures(progress, job.file)}\n`);
    else if (!quiet) process.stdout.write(`${[summary(progress, job.file), job.hint(true) ?? []].flat().join('\n')}\n`);
  } catch (error) {
    screen.end();
    const { aborted } = interrupt.signal;
    process.exitCode = aborted ? 130 : 1;
    say(aborted ? 'interrupted' : `error: ${(error as Error).message}`);
    const hint = job.hint(false);
    if (hint !== undefined) say(`${describeDone(progress)} are in ${job.file}; ${hint}`);
    else if (aborted) say('nothing was written, so there is nothing to resume');
  } finally {
    await job.close();
    // Left open it would keep the process alive, whatever has failed.
    await server?.close();
  }
}

main().catch((error: unknown) => {
  say(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
