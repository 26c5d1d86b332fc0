import { policyFromJSON } from 'tenax/json';

/** The error that policyFromJSON throws for a wrong policy. */
function refusal(json: unknown): Error {
  try {
    policyFromJSON(json);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was accepted');
}

type Case = [string, unknown, string];

describe('A policy in JSON is refused at the path of the mistake:', () => {
  test.each<Case>([
    ['a number', 3, 'stop takes an object with the name of a strategy, got 3'],
    ['null', null, 'stop takes an object with the name of a strategy, got null'],
    ['a list', [], 'stop takes an object with the name of a strategy, got an array'],
    ['a name alone', 'never', 'stop takes an object with the name of a strategy, got "never"'],
    ['an empty object', {}, 'stop takes one strategy, got 0; write several as { "any": [ … ] }'],
    ['two names', { never: {}, afterDelay: 3 }, 'stop takes one strategy, got 2; write several as { "any": [ … ] }'],
    ['a misspelt name', { nevr: {} }, 'stop.nevr: there is no such strategy; did you mean "never"?'],
    [
      'a name that is nothing like one, and lists those that there are',
      { fixed: 3 },
      'stop.fixed: there is no such strategy; it takes afterAttempt, afterDelay, all, any, beforeDelay, never',
    ],
    [
      'a name that every object has',
      { constructor: {} },
      'stop.constructor: there is no such strategy; it takes afterAttempt, afterDelay, all, any, beforeDelay, never',
    ],
  ])('as a strategy %s', (_what, stop, message) => {
    expect(String(refusal({ stop }))).toBe(`TypeError: ${message}`);
  });

  test.each<Case>([
    ['a number', 1, 'stop.never takes {}, got 1'],
    ['null', null, 'stop.never takes {}, got null'],
    ['a list', [], 'stop.never takes {}, got an array'],
    ['options', { after: 1 }, 'stop.never takes {}'],
  ])('%s where a strategy takes nothing', (_what, never, message) => {
    expect(String(refusal({ stop: { never } }))).toBe(`TypeError: ${message}`);
  });

  test.each<Case>([
    ['a number', 3, 'stop.any takes a list, got 3'],
    ['null', null, 'stop.any takes a list, got null'],
    ['text', 'never', 'stop.any takes a list, got "never"'],
    ['one member without its list', { never: {} }, 'stop.any takes a list, got an object'],
    ['no member', [], 'stop.any takes at least one strategy'],
    ['{}, which is no member either', {}, 'stop.any takes at least one strategy'],
    [
      'a wrong member, by its index',
      [{ never: {} }, 3],
      'stop.any[1] takes an object with the name of a strategy, got 3',
    ],
  ])('%s where a strategy takes a list', (_what, any, message) => {
    expect(String(refusal({ stop: { any } }))).toBe(`TypeError: ${message}`);
  });

  test.each<Case>([
    ['a number', 3, 'wait.exponential takes an object with initial, max, expBase, min, got 3'],
    ['null', null, 'wait.exponential takes an object with initial, max, expBase, min, got null'],
    ['a list', [], 'wait.exponential takes an object with initial, max, expBase, min, got an array'],
    ['a misspelt option', { inital: 3 }, 'wait.exponential.inital: there is no such option; did you mean "initial"?'],
    [
      'an option that is nothing like one',
      { colourful: 3 },
      'wait.exponential.colourful: there is no such option; it takes initial, max, expBase, min',
    ],
    [
      'text for a number',
      { initial: '5' },
      'wait.exponential.initial takes a duration in milliseconds (a finite number ≥ 0), got "5"',
    ],
    [
      'text that reads like a message of ours',
      { initial: 'wait: max takes all' },
      'wait.exponential.initial takes a duration in milliseconds (a finite number ≥ 0), got "wait: max takes all"',
    ],
  ])('%s where a strategy takes options', (_what, exponential, message) => {
    expect(String(refusal({ wait: { exponential } }))).toBe(`TypeError: ${message}`);
  });

  test.each<Case>([
    ['an object', {}, 'wait.cappedAt takes [strategy, number], got an object'],
    ['a strategy without the number', [{ none: {} }], 'wait.cappedAt takes [strategy, number], got an array'],
    ['three members', [{ none: {} }, 1, 2], 'wait.cappedAt takes [strategy, number], got an array'],
    ['a wrong strategy', [5, 1], 'wait.cappedAt[0] takes an object with the name of a strategy, got 5'],
    [
      'a wrong number',
      [{ none: {} }, '1'],
      'wait.cappedAt[1]: cappedAt takes a duration in milliseconds (a number ≥ 0), got "1"',
    ],
  ])('%s where a strategy takes another one and a number', (_what, cappedAt, message) => {
    expect(String(refusal({ wait: { cappedAt } }))).toBe(`TypeError: ${message}`);
  });

  test.each<Case>([
    ['a number', 5, ' takes a string or { "source": "…", "flags": "…" }, got 5'],
    ['null', null, ' takes a string or { "source": "…", "flags": "…" }, got null'],
    ['a list', [], ' takes a string or { "source": "…", "flags": "…" }, got an array'],
    ['no source', { flags: 'i' }, ' takes { "source": "…", "flags": "…" }, both strings'],
    ['a source that is no text', { source: 1, flags: 'i' }, ' takes { "source": "…", "flags": "…" }, both strings'],
    ['flags that are no text', { source: 'a', flags: 1 }, ' takes { "source": "…", "flags": "…" }, both strings'],
    ['a misspelt part', { source: 'a', flag: 'i' }, '.flag: there is no such part of a RegExp; did you mean "flags"?'],
    ['another part', { pattern: 'a' }, '.pattern: there is no such part of a RegExp; it takes source, flags'],
    ['a bad source', { source: '(' }, ': Invalid regular expression: /(/: Unterminated group'],
    ['a bad flag', { source: 'a', flags: 'q' }, ": Invalid flags supplied to RegExp constructor 'q'"],
    [
      'text that is no pattern',
      '(',
      ' takes the source of a RegExp: Invalid regular expression: /(/y: Unterminated group',
    ],
  ])('%s where a pattern stands', (_what, match, rest) => {
    const json = { retryIf: { exceptionMessage: { match } } };
    expect(String(refusal(json))).toBe(`TypeError: retryIf.exceptionMessage.match${rest}`);
  });

  test.each<Case>([
    ['no text', [5], 'retryIf.exceptionType[0] takes the name of an error class, got 5'],
    [
      'a name that is nothing like a known one',
      ['Error', 'Wholly'],
      'retryIf.exceptionType[1]: no error class "Wholly" is known; name it in exceptionTypes',
    ],
    [
      'a misspelt name',
      ['ServreError'],
      'retryIf.exceptionType[0]: no error class "ServreError" is known (did you mean "ServerError"?); name it in exceptionTypes',
    ],
  ])('as an error class %s', (_what, exceptionType, message) => {
    expect(String(refusal({ retryIf: { exceptionType } }))).toBe(`TypeError: ${message}`);
  });
});

describe('what a factory finds wrong', () => {
  test.each<[string, unknown, string, string]>([
    [
      'an argument',
      { chain: [{ fixed: -1 }] },
      'wait.chain[0].fixed: ',
      'wait.fixed takes a duration in milliseconds (a number ≥ 0), got -1',
    ],
    [
      'two options that contradict each other',
      { chain: [{ exponential: { min: 3, max: 2 } }] },
      'wait.chain[0].exponential: ',
      'wait.exponential takes min ≤ max, got min 3 and max 2',
    ],
  ])('%s is told with the path before it and the factory’s own error as its cause', (_what, wait, path, said) => {
    const error = refusal({ wait });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`${path}${said}`);
    expect((error.cause as Error).message).toBe(said);
  });

  test('in one option is told at the path of that option', () => {
    const error = refusal({ wait: { retryAfter: { max: -1 } } });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('wait.retryAfter.max takes a duration in milliseconds (a number ≥ 0), got -1');
    expect((error.cause as Error).message).toBe(
      'wait.retryAfter: max takes a duration in milliseconds (a number ≥ 0), got -1',
    );
  });

  test('is told as it is where it begins with the path', () => {
    expect(String(refusal({ wait: { exponential: { min: 3, max: 2 } } }))).toBe(
      'RangeError: wait.exponential takes min ≤ max, got min 3 and max 2',
    );
  });
});
