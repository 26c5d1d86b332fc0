import { lazyNow } from '../../lib/base/clock';
import { CallStatistics } from '../../lib/call/statistics';

describe('The counts of a call', () => {
  test('are those of a first attempt in the beginning', () => {
    expect(new CallStatistics(50).statistics).toEqual({
      startTime: 50,
      attemptNumber: 1,
      idleFor: 0,
      delaySinceFirstAttempt: 0,
    });
  });

  const moved = (counts: CallStatistics): CallStatistics => {
    counts.notAccepted(80);
    counts.beforeSleep(20);
    counts.notAccepted(130);
    counts.beforeSleep(45);
    return counts;
  };
  const then = { startTime: 50, attemptNumber: 3, idleFor: 45, delaySinceFirstAttempt: 80 };

  test('tell of the attempts, the sleep and the time since the start, asked afterwards', () => {
    expect(moved(new CallStatistics(50)).statistics).toEqual(then);
  });

  test('are one object, kept up to date from when it is asked for', () => {
    const counts = new CallStatistics(50);
    const { statistics } = counts;
    counts.notAccepted(80);
    expect(statistics).toEqual({ startTime: 50, attemptNumber: 1, idleFor: 0, delaySinceFirstAttempt: 30 });
    counts.beforeSleep(20);
    expect(statistics).toEqual({ startTime: 50, attemptNumber: 2, idleFor: 20, delaySinceFirstAttempt: 30 });
    counts.notAccepted(130);
    counts.beforeSleep(45);
    expect(statistics).toEqual(then);
    expect(counts.statistics).toBe(statistics);
  });

  test('read the moments that were only noted', () => {
    const moment = lazyNow();
    const counts = new CallStatistics(moment);
    counts.notAccepted(moment);
    expect(counts.statistics.startTime).toBeGreaterThan(0);
    expect(counts.statistics.delaySinceFirstAttempt).toBe(0);
  });
});
