import { runningSignal, underSignal } from '../../lib/base/running-signal';

const signal = (): AbortSignal => new AbortController().signal;

describe('The running signal', () => {
  test('is there while an attempt is begun under it, and not before or after', () => {
    const own = signal();
    expect(runningSignal()).toBeUndefined();
    expect(underSignal(own, runningSignal)).toBe(own);
    expect(runningSignal()).toBeUndefined();
  });

  test('is the inner one in an attempt that is begun within another, and then the outer one again', () => {
    const [outer, inner] = [signal(), signal()];
    const seen = underSignal(outer, () => [runningSignal(), underSignal(inner, runningSignal), runningSignal()]);
    expect(seen.map((each) => each === outer)).toEqual([true, false, true]);
    expect(seen[1]).toBe(inner);
  });

  test('goes with an attempt that throws', () => {
    const thrown = new Error('begun badly');
    const begin = (): never => {
      throw thrown;
    };
    expect(() => underSignal(signal(), begin)).toThrow(thrown);
    expect(runningSignal()).toBeUndefined();
  });
});
