import { afterReal, nextTurn, settle } from '../../lib/testing/real-time.js';

describe('real time', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('turns the event loop even with fake timers', async () => {
    let turned = false;
    void Promise.resolve().then(() => (turned = true));
    await nextTurn();
    expect(turned).toBe(true);
    await settle();
  });

  test('calls back even with fake timers, unless it is cancelled', async () => {
    const cancelled = jest.fn();
    afterReal(0, cancelled)();
    await new Promise<void>((resolve) => void afterReal(2, resolve));
    expect(cancelled).not.toHaveBeenCalled();
  });
});
