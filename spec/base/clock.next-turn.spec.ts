import { nextTurn } from '../../lib/base/clock.js';

describe('the next turn of the event loop', () => {
  test('is shared by all who ask in one turn, and is another afterwards', async () => {
    const turn = nextTurn();
    expect(nextTurn()).toBe(turn);
    await turn;
    const next = nextTurn();
    expect(next).not.toBe(turn);
    expect(next).toBeInstanceOf(Promise);
    await next;
  });

  test('comes once what the loop has to do has been done, each time', async () => {
    for (let i = 0; i < 3; i += 1) {
      let turned = false;
      setImmediate(() => (turned = true));
      await nextTurn();
      expect(turned).toBe(true);
    }
  });

  test('comes though fake timers that were to bring an earlier one are gone', async () => {
    jest.useFakeTimers();
    void nextTurn();
    jest.useRealTimers();
    await nextTurn();
  });

  test('is of the timers that are installed when it is asked for', async () => {
    const real = nextTurn();
    jest.useFakeTimers();
    try {
      let came = false;
      void nextTurn().then(() => (came = true));
      await jest.advanceTimersByTimeAsync(1);
      expect(came).toBe(true);
    } finally {
      jest.useRealTimers();
    }
    await real;
  });

  test('comes where there is no setImmediate', async () => {
    const { setImmediate: kept } = globalThis;
    Reflect.deleteProperty(globalThis, 'setImmediate');
    try {
      await nextTurn();
    } finally {
      globalThis.setImmediate = kept;
    }
  });

  test('is not forgotten when one comes that others were to bring', async () => {
    const { setImmediate: kept } = globalThis;
    let late: () => void = () => undefined;
    globalThis.setImmediate = ((callback: () => void) => (late = callback)) as never;
    const first = nextTurn();
    globalThis.setImmediate = kept;
    const second = nextTurn();
    late();
    await first;
    expect(nextTurn()).toBe(second);
    await second;
  });
});
