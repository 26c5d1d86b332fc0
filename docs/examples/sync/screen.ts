import { createLogUpdate } from 'log-update';
import type { Progress } from './progress';
import type { Retry } from './retries';
import { describeRetry, liveLines, progressLine } from './text';

/** Shows a run in progress on stderr: alive on a terminal, line by line elsewhere. */
export interface Screen {
  retry(retry: Retry): void;
  /** Makes room for what is printed next. */
  end(): void;
}

export const silent: Screen = { retry: () => undefined, end: () => undefined };

export function showProgress(progress: Progress): Screen {
  return process.stderr.isTTY ? live(progress) : plain(progress);
}

function live(progress: Progress): Screen {
  const update = createLogUpdate(process.stderr);
  const draw = (): void => {
    update(liveLines(progress, process.stderr.columns).join('\n'));
  };
  draw();
  const timer = setInterval(draw, 100);
  return {
    retry: () => undefined,
    end: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

function plain(progress: Progress): Screen {
  const timer = setInterval(() => process.stderr.write(`${progressLine(progress)}\n`), 5_000);
  return {
    retry: (retry) => process.stderr.write(`${describeRetry(retry)}\n`),
    end: () => {
      clearInterval(timer);
    },
  };
}
