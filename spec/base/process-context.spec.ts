import { processContext, runAttempt, surroundAttempts, type AroundAttempt } from '../../lib/base/process-context';

/** The module of another copy of the package. */
function copy(): typeof import('../../lib/base/process-context') {
  let module: typeof import('../../lib/base/process-context') | undefined;
  jest.isolateModules(() => {
    module = jest.requireActual('../../lib/base/process-context');
  });
  return module as typeof import('../../lib/base/process-context');
}

const told: string[] = [];
const scope =
  (name: string): AroundAttempt =>
  (attempt, run) => {
    told.push(`${name}(${(attempt as { number: number }).number}`);
    const answer = run();
    told.push(`${name})`);
    return answer;
  };
const attempt = (): string | undefined =>
  processContext.aroundAttempt?.({ number: 7 }, () => {
    told.push('run');
    return 'answer';
  });

beforeEach(() => {
  told.length = 0;
});

describe('the scopes around attempts', () => {
  test('are none at first', () => {
    expect(processContext).toEqual({ testing: undefined, scopes: [], aroundAttempt: undefined });
  });

  test('lie around each other, the last one outermost, and end each on its own', () => {
    const endInner = surroundAttempts(scope('inner'));
    attempt();
    expect(told.splice(0)).toEqual(['inner(7', 'run', 'inner)']);
    const endMiddle = surroundAttempts(scope('middle'));
    const endOuter = surroundAttempts(scope('outer'));
    expect(attempt()).toBe('answer');
    expect(told.splice(0)).toEqual(['outer(7', 'middle(7', 'inner(7', 'run', 'inner)', 'middle)', 'outer)']);
    endMiddle();
    attempt();
    expect(told.splice(0)).toEqual(['outer(7', 'inner(7', 'run', 'inner)', 'outer)']);
    endInner();
    attempt();
    expect(told.splice(0)).toEqual(['outer(7', 'run', 'outer)']);
    endOuter();
    endOuter();
    expect(processContext).toEqual({ testing: undefined, scopes: [], aroundAttempt: undefined });
  });
});

test('all copies of the package in a process share one state', () => {
  const other = copy();
  expect(other.surroundAttempts).not.toBe(surroundAttempts);
  expect(other.processContext).toBe(processContext);
  // Other versions look for it by this name.
  expect(Reflect.get(globalThis, Symbol.for('tenax.process'))).toBe(processContext);
  const end = other.surroundAttempts(scope('other'));
  attempt();
  end();
  expect(told).toEqual(['other(7', 'run', 'other)']);
});

describe('The running attempt', () => {
  const running = (): { signal: undefined; remaining: () => number; confirm: () => void } => ({
    signal: undefined,
    remaining: () => 5,
    confirm: () => undefined,
  });

  test('is the inner one in an attempt that is begun within another, and then the outer one again', () => {
    const [outer, inner] = [running(), running()];
    const current = () => processContext.running;
    const seen = runAttempt(outer, () => [current(), runAttempt(inner, current), current()]);
    expect(seen.map((each) => each === outer)).toEqual([true, false, true]);
    expect([seen[1] === inner, current()]).toEqual([true, undefined]);
    expect([inner.remaining(), inner.confirm()]).toEqual([5, undefined]);
  });

  test('goes with an attempt that throws', () => {
    const begin = (): never => {
      throw new Error('begun badly');
    };
    expect(() => runAttempt(running(), begin)).toThrow('begun badly');
    expect(processContext.running).toBeUndefined();
  });
});
