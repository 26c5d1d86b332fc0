import { runInNewContext } from 'node:vm';
import { afterLine, beforeLine, beforeSleepLine, describeError, errorFields } from '../../lib/strategies/log';
import { answered, raised, stateAt } from './states';

class Limited extends Error {
  override name = 'Limited';
  status: unknown = 429;
}

describe('the line before an attempt counts it', () => {
  test.each([
    [1, '1st'], [2, '2nd'], [3, '3rd'], [4, '4th'], [9, '9th'], [10, '10th'], [11, '11th'], [12, '12th'], [13, '13th'],
    [14, '14th'], [20, '20th'], [21, '21st'], [22, '22nd'], [23, '23rd'], [24, '24th'], [100, '100th'], [101, '101st'],
    [110, '110th'], [111, '111th'], [112, '112th'], [113, '113th'], [114, '114th'], [1011, '1011th'], [1021, '1021st'],
  ])('%d: %s', (attempt, ordinal) => {
    expect(beforeLine(stateAt(attempt))).toEqual([
      `Starting call to work, this is the ${ordinal} time calling it`,
      { fn: 'work', attempt },
    ]);
  }); // prettier-ignore
});

describe('the line after an attempt', () => {
  test('says how long the call has taken, and what the attempt threw', () => {
    const state = stateAt(2, { elapsed: 1234, outcome: { failed: true, error: new Limited('busy') } });
    expect(afterLine(state)).toEqual([
      'Finished call to work after 1.23 s, this was the 2nd time calling it',
      { fn: 'work', attempt: 2, elapsedMs: 1234, error: { name: 'Limited', message: 'busy', status: 429 } },
    ]);
  });

  test('has no error where it answered, and no time where it has not ended', () => {
    const state = answered(5);
    state.ended = undefined;
    expect(afterLine(state)).toEqual([
      'Finished call to work after 0.00 s, this was the 1st time calling it',
      { fn: 'work', attempt: 1, elapsedMs: 0 },
    ]);
  });

  test('has no stack', () => {
    expect(JSON.stringify(afterLine(raised(new Error('busy'))))).not.toContain('stack');
  });
});

describe('the line before a sleep', () => {
  test.each([
    ['raised Limited: busy', raised(new Limited('busy'))],
    ['raised Error: first second third', raised(new Error('first\n  second \n\nthird'))],
    ['raised Limited', raised(new Limited(''))],
    ['raised "text"', raised('text')],
    ['raised undefined', raised(undefined)],
    ['raised an object', raised({ secret: 1 })],
    ['returned 5', answered(5)],
    ['returned "text"', answered('text')],
    ['returned an array', answered(['secret'])],
    ['returned "Authorization: [redacted]"', answered('Authorization: Bearer secret')],
    ['raised "got Bearer [redacted]"', raised('got Bearer secret')],
    ['returned "GET https://host/"', answered('GET https://user:secret@host/?secret')],
  ])('says why: it %s', (why, state) => {
    state.upcomingSleep = 1500;
    expect(beforeSleepLine(state, false)[0]).toBe(`Retrying work in 1.50 s as it ${why}`);
  });

  test.each([
    ['after 1 item', { items: 1 }],
    ['after 120 items', { items: 120 }],
    ['after 4096 bytes', { bytes: 4096 }],
  ])('of a stream that is resumed says how far it had come: %s', (how, progress) => {
    const state = Object.assign(raised(new Limited('busy')), { upcomingSleep: 2000 }, progress);
    expect(beforeSleepLine(state, false)[0]).toBe(`Resuming work ${how} in 2.00 s as it raised Limited: busy`);
  });

  test('of a stream without an item so far is that of a call', () => {
    const state = Object.assign(raised(new Limited('busy')), { items: 0 });
    expect(beforeSleepLine(state, false)[0]).toBe('Retrying work in 0.00 s as it raised Limited: busy');
  });

  test('of an attempt that has not ended says that nothing was returned', () => {
    const state = stateAt(1);
    state.outcome = undefined;
    expect(beforeSleepLine(state, true)).toEqual([
      'Retrying work in 0.00 s as it returned undefined',
      { fn: 'work', attempt: 1, delayMs: 0, idleForMs: 0 },
    ]);
  });

  test('has the stack only where it is asked for', () => {
    const error = new Error('busy');
    const state = stateAt(3, { upcomingSleep: 20, outcome: { failed: true, error } });
    state.idleFor = 30;
    const common = { fn: 'work', attempt: 3, delayMs: 20, idleForMs: 30 };
    const fields = { name: 'Error', message: 'busy' };
    expect(beforeSleepLine(state, false)[1]).toEqual({ ...common, error: fields });
    expect(beforeSleepLine(state, true)[1]).toEqual({ ...common, error: { ...fields, stack: error.stack } });
  });
});

describe('what is logged of an error', () => {
  test('is its name, its message and a status that is a number', () => {
    const error = new Limited('busy');
    expect(errorFields(error)).toEqual({ name: 'Limited', message: 'busy', status: 429 });
    error.status = '429';
    expect(Object.keys(errorFields(error))).toEqual(['name', 'message']);
  });

  test('has no stack where there is none, and one that is cleaned where there is', () => {
    const error = new Error('busy');
    error.stack = 'Error: https://user:secret@host/';
    expect(errorFields(error, true)).toEqual({ name: 'Error', message: 'busy', stack: 'Error: https://host/' });
    delete error.stack;
    expect(Object.keys(errorFields(error, true))).toEqual(['name', 'message']);
  });

  test('may be an error whose message or stack is no text', () => {
    const error = Object.assign(new TypeError(), { message: { key: 'secret' }, stack: 5 });
    expect(errorFields(error, true)).toEqual({ name: 'TypeError', message: 'an instance of TypeError' });
    expect(describeError(error)).toBe('TypeError: an instance of TypeError');
  });

  test.each([
    ['text', { name: 'string', message: '"text"' }],
    [5, { name: 'number', message: '5' }],
    [null, { name: 'object', message: 'null' }],
  ])('of a thrown %p is its type', (thrown, fields) => {
    expect(errorFields(thrown, true)).toEqual(fields);
    expect(describeError(thrown)).toBe(fields.message);
  });
});

describe('what an error is called', () => {
  class BusyError extends Error {}
  class NamedError extends Error {
    override readonly name = 'Named';
  }

  test.each<[string, unknown, string]>([
    ['its class, where it has no name of its own', new BusyError('busy'), 'BusyError: busy'],
    ['the name that it has', new NamedError('busy'), 'Named: busy'],
    ['Error', new Error('busy'), 'Error: busy'],
    ['the same in another realm', runInNewContext("new TypeError('busy')"), 'TypeError: busy'],
    ['the same for a DOMException', new DOMException('gone', 'AbortError'), 'AbortError: gone'],
    ['Error where its class has no name', new (class extends Error {})('busy'), 'Error: busy'],
  ])('is %s', (_what, error, line) => {
    expect(describeError(error)).toBe(line);
  });
});

test('times are logged in whole milliseconds', () => {
  const state = Object.assign(raised(new Error('busy')), { upcomingSleep: 1234.56, idleFor: 1299.5 });
  expect(beforeSleepLine(state, false)[1]).toMatchObject({ delayMs: 1235, idleForMs: 1300 });
});

test('An error without a class is described by its own name', () => {
  for (const name of ['Busy', 'Error']) {
    const error = Object.setPrototypeOf(Object.assign(new Error('busy'), { name }), null) as Error;
    expect(describeError(error)).toBe(`${name}: busy`);
  }
});
