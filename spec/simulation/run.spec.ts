import { Retrying, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { nextTurn } from '../../lib/base/clock';
import { run, type Run, type SimulatedOutcome } from '../../lib/simulation/run';
import { VirtualTime } from '../../lib/simulation/virtual-time';
import { thrown } from '../thrown';

/** One call to its end, cut off after `most` attempts. */
async function ended(
  options: RetryOptions,
  outcomeOf: SimulatedOutcome,
  { most = 100, duration = 0 }: { most?: number; duration?: number } = {},
): Promise<Run> {
  const time = new VirtualTime();
  let busy = true;
  const running = run(
    options,
    time,
    () => 0.5,
    outcomeOf,
    () => duration,
    most,
  ).finally(() => {
    busy = false;
  });
  running.catch(() => undefined);
  for (let turns = 0; busy && turns < 1000; turns += 1) {
    await nextTurn();
    time.step();
  }
  return running;
}

const fails: SimulatedOutcome = (number) => new Error(`failure ${number}`);

describe('A simulated call', () => {
  test('reports every attempt of a call that ends in time', async () => {
    const { timeline, attempts, totalWait } = await ended({ stop: stop.afterAttempt(3), wait: wait.fixed(5) }, fails, {
      most: 3,
      duration: 2,
    });
    expect([attempts, totalWait]).toEqual([3, 10]);
    expect(timeline.map(({ start, end, wait: waited }) => [start, end, waited])).toEqual([
      [0, 2, 5],
      [7, 9, 5],
      [14, 16, 0],
    ]);
  });

  test('that would make one more is endless, and told as far as it goes', async () => {
    const { timeline, attempts, totalWait } = await ended({ stop: stop.afterAttempt(4), wait: wait.fixed(5) }, fails, {
      most: 3,
    });
    expect([attempts, totalWait]).toEqual([Infinity, Infinity]);
    expect(timeline.map(({ attemptNumber, wait: waited }) => [attemptNumber, waited])).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ]);
  });

  test('shows how each attempt ended: an error is thrown whether it is answered or thrown, all else is a value', async () => {
    const [answered, raised] = [new Error('answered'), new Error('raised')];
    const outcomes: SimulatedOutcome = (number) => {
      if (number === 2) throw raised;
      return number === 1 ? answered : 'a value';
    };
    const { timeline } = await ended({ stop: stop.never, wait: wait.none() }, outcomes);
    expect(timeline.map(({ outcome }) => outcome)).toEqual([
      { attemptNumber: 1, failed: true, error: answered },
      { attemptNumber: 2, failed: true, error: raised },
      { attemptNumber: 3, failed: false, value: 'a value' },
    ]);
  });

  test('may fail with a value that is not an Error', async () => {
    const outcomes: SimulatedOutcome = () => {
      throw undefined;
    };
    const { timeline } = await ended({ stop: stop.afterAttempt(1) }, outcomes);
    expect(timeline.map(({ outcome }) => outcome)).toEqual([{ attemptNumber: 1, failed: true, error: undefined }]);
  });

  test('ends with an error that is not retried', async () => {
    const { attempts, timeline } = await ended({ stop: stop.afterAttempt(3), retryIf: retryIf.never }, fails);
    expect([attempts, timeline.length]).toEqual([1, 1]);
  });

  test('makes one attempt if the policy is not enabled', async () => {
    const { attempts } = await ended({ stop: stop.afterAttempt(3), enabled: false }, fails);
    expect(attempts).toBe(1);
  });

  test('goes by the name of its policy', async () => {
    const { timeline } = await ended({ name: 'sync', attemptTimeout: 10, stop: stop.afterAttempt(1) }, fails, {
      duration: 11,
    });
    expect(timeline[0]).toMatchObject({
      end: 10,
      outcome: { failed: true, error: { message: expect.stringContaining('sync') } },
    });
  });

  test('counts an attempt that ends at the very moment of its timeout as in time', async () => {
    const policy = { stop: stop.afterAttempt(2), attemptTimeout: 50, wait: wait.fixed(5) };
    const { timeline, attempts } = await ended(policy, () => 'fine', { duration: 50 });
    expect(attempts).toBe(1);
    expect(timeline).toEqual([
      { attemptNumber: 1, start: 0, end: 50, wait: 0, outcome: { attemptNumber: 1, failed: false, value: 'fine' } },
    ]);
  });

  test.each<[string, RetryOptions]>([
    ['wait', { wait: () => NaN }],
    ['stop', { stop: () => { throw new Error('broken'); } }],
    ['retryIf', { retryIf: () => { throw new Error('broken'); } }],
  ])('tells the fault of a strategy: %s', async (option, options) => {
    const error = await thrown<Error>(ended({ stop: stop.afterAttempt(2), ...options }, fails));
    expect(error.message).toMatch(new RegExp(`^${option}\\b`));
  }); // prettier-ignore

  test('rejects with the PolicyError of a strategy', async () => {
    const broken = (): boolean => {
      throw new Error('broken');
    };
    const failure = thrown<Error>(ended({ stop: stop.afterAttempt(2), retryIf: broken }, () => 'a value'));
    expect((await failure).message).toMatch(/^retryIf/);
  });

  test('does not take part in the policy’s figures', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(2) });
    await ended(policy.options, fails);
    expect(policy.totals.calls).toBe(0);
  });
});
