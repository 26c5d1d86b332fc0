import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tenax from 'tenax';

/** The public names of tenacity 9: `tenacity.__all__`, the bases of its strategies, and the optional Tornado class. */
const TENACITY = `
retry_base retry_all retry_always retry_any retry_if_exception retry_if_exception_type retry_if_exception_cause_type
retry_if_exception_message retry_if_not_exception_message retry_if_not_exception_type retry_if_not_result
retry_if_result retry_never retry_unless_exception_type sleep sleep_using_event stop_base stop_after_attempt
stop_after_delay stop_before_delay stop_all stop_any stop_never stop_when_event_set wait_base wait_chain wait_combine
wait_exception wait_exponential wait_exponential_jitter wait_fixed wait_full_jitter wait_incrementing wait_none
wait_random wait_random_exponential before_log before_nothing after_log after_nothing before_sleep_log
before_sleep_nothing retry WrappedFn TryAgain NO_RESULT DoAttempt DoSleep BaseAction RetryAction RetryError
AttemptManager BaseRetrying Retrying Future RetryCallState AsyncRetrying TornadoRetrying
`
  .trim()
  .split(/\s+/);

const text = readFileSync(join(__dirname, '../../docs/tenacity.md'), 'utf8');

/** The rows of the table under a heading, cell by cell. */
function tableUnder(heading: string): string[][] {
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const namesIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

/** `stop.any`, or `StopStrategy.or` for a method. */
function exists(path: string): boolean {
  const [first, second] = path.split('.') as [string, string | undefined];
  const found = (tenax as Record<string, any>)[first];
  if (found === undefined || second === undefined) return found !== undefined;
  return found[second] !== undefined || found.prototype?.[second] !== undefined;
}

describe('the table for users of tenacity', () => {
  const rows = tableUnder('Every name');

  test('has every public name of tenacity 9, once', () => {
    expect(rows.flatMap(([tenacity]) => namesIn(tenacity)).sort()).toEqual([...TENACITY].sort());
  });

  test.each(rows.map(([tenacity, name, differs]) => [tenacity!, name!, differs!] as const))(
    '%s: %s',
    (_t, cell, differs) => {
      if (cell === '—') {
        expect(differs).not.toBe('');
        return;
      }
      expect(namesIn(cell).length).toBeGreaterThan(0);
      for (const name of namesIn(cell)) expect([name, exists(name)]).toEqual([name, true]);
    },
  );

  test('knows names that do not exist', () => {
    expect(['stop.afterAttempts', 'Nothing', 'StopStrategy.nor'].map(exists)).toEqual([false, false, false]);
  });

  test('names the fields of the state', () => {
    const fields = tableUnder('The state of a call').flatMap(([, name]) => namesIn(name));
    expect(fields.length).toBeGreaterThan(10);
    const policy = new tenax.Retrying({ stop: tenax.stop.never });
    return policy.run(({ state }) => {
      for (const field of fields) expect(field in state).toBe(true);
    });
  });

  test('names options that are known', () => {
    const options = tableUnder('The options').flatMap(([, name]) => namesIn(name));
    expect(options.length).toBeGreaterThan(11);
    for (const option of options)
      expect(() => new tenax.Retrying({ wait: () => 1, stop: () => true, [option]: undefined })).not.toThrow();
  });
});
