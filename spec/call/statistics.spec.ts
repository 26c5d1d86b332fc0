import { lazyNow } from '../../lib/base/clock';
import { CallStatistics } from '../../lib/call/statistics';

describe('The figures of a call', () => {
  test('are those of a first attempt in the beginning', () => {
    expect(new CallStatistics(50).statistics).toEqual({
      startTime: 50,
      attemptNumber: 1,
      idleFor: 0,
      delaySinceFirstAttempt: 0,
    });
  });

  const moved = (figures: CallStatistics): CallStatistics => {
    figures.judge(80);
    figures.goOn(20);
    figures.judge(130);
    figures.goOn(45);
    return figures;
  };
  const then = { startTime: 50, attemptNumber: 3, idleFor: 45, delaySinceFirstAttempt: 80 };

  test('tell of the attempts, the sleep and the time since the start, asked afterwards', () => {
    expect(moved(new CallStatistics(50)).statistics).toEqual(then);
  });

  test('are one object, kept up to date from when it is asked for', () => {
    const figures = new CallStatistics(50);
    const { statistics } = figures;
    figures.judge(80);
    expect(statistics).toEqual({ startTime: 50, attemptNumber: 1, idleFor: 0, delaySinceFirstAttempt: 30 });
    figures.goOn(20);
    expect(statistics).toEqual({ startTime: 50, attemptNumber: 2, idleFor: 20, delaySinceFirstAttempt: 30 });
    figures.judge(130);
    figures.goOn(45);
    expect(statistics).toEqual(then);
    expect(figures.statistics).toBe(statistics);
  });

  test('read the moments that were only noted', () => {
    const moment = lazyNow();
    const figures = new CallStatistics(moment);
    figures.judge(moment);
    expect(figures.statistics.startTime).toBeGreaterThan(0);
    expect(figures.statistics.delaySinceFirstAttempt).toBe(0);
  });
});
