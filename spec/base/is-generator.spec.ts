import { runInNewContext } from 'node:vm';
import { Retrying } from 'tenax';
import { isGeneratorFunction } from '../../lib/base/is-generator';

const generators: (() => unknown)[] = [
  function* () {
    yield 1;
  },
  async function* () {
    yield 1;
  },
  runInNewContext('(function* () {})') as () => unknown,
  runInNewContext('(async function* () {})') as () => unknown,
];

test.each(generators.map((fn) => [fn]))('%s is a generator function', (fn) => {
  expect(isGeneratorFunction(fn)).toBe(true);
});

test.each([
  [() => 1],
  [async () => 1],
  [runInNewContext('(async () => 1)')],
  [class {}],
  [Math.max],
  [(() => 1).bind(null)],
  [5],
  [undefined],
])('%s is not', (fn) => {
  expect(isGeneratorFunction(fn)).toBe(false);
});

test.each(generators.map((fn) => [fn]))('call, run and wraps refuse %s and name retryStream', (fn) => {
  const retrying = new Retrying({ deadline: 1 });
  for (const use of [() => retrying.call(fn), () => retrying.run(fn), () => retrying.wraps(fn)]) {
    expect(use).toThrow(TypeError);
    expect(use).toThrow(/retryStream or @RetryStream/);
  }
});

test('wraps refuses a class, which cannot be called', () => {
  class Service {}
  const message = 'retry wraps functions that can be called, got the class Service';
  expect(() => new Retrying({ deadline: 1 }).wraps(Service as never)).toThrow(new TypeError(message));
});
