import { getEventListeners } from 'node:events';
import { isNativeSignal, SignalLink } from '../../../lib/http/client/signal-link';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('SignalLink', () => {
  test.each([0, 1])('aborts with the reason of the source that aborts first: %d', (which) => {
    const sources = [new AbortController(), new AbortController()] as const;
    const link = new SignalLink();
    for (const { signal } of sources) link.to(signal);
    expect(link.signal.aborted).toBe(false);
    sources[which]?.abort('first');
    sources[1 - which]?.abort('second');
    expect(link.signal.reason).toBe('first');
  });

  test('aborts at once with a source that has aborted, and leaves no listener on it', () => {
    const source = AbortSignal.abort('before');
    const link = new SignalLink();
    link.to(source);
    expect([link.signal.reason, listeners(source)]).toEqual(['before', 0]);
  });

  test('leaves no listener on any source after its release, and aborts no longer', () => {
    const sources = [new AbortController(), new AbortController()];
    const link = new SignalLink();
    for (const { signal } of sources) link.to(signal);
    expect(sources.map(({ signal }) => listeners(signal))).toEqual([1, 1]);
    link.release();
    link.release();
    expect(sources.map(({ signal }) => listeners(signal))).toEqual([0, 0]);
    sources[0]?.abort();
    expect(link.signal.aborted).toBe(false);
  });
});

test('isNativeSignal knows the signals of the platform from those of another make', () => {
  expect(isNativeSignal(AbortSignal.abort())).toBe(true);
  expect(isNativeSignal({ aborted: false, addEventListener: () => undefined } as never)).toBe(false);
});
