import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

type Channels = typeof import('../../lib/base/channels');
type Instant = typeof import('../../lib/base/instant');

/** A module as it is when it is loaded in a host that lacks something. */
function loaded<M extends object>(path: string, without: { process?: boolean; field?: string }): M {
  const { process: kept } = globalThis;
  const poorer = new Proxy(kept, {
    get: (target, key) => (key === without.field ? undefined : Reflect.get(target, key)),
  });
  let module: M | undefined;
  globalThis.process = (without.process === true ? undefined : poorer) as never;
  try {
    jest.isolateModules(() => {
      module = jest.requireActual<M>(path);
    });
  } finally {
    globalThis.process = kept;
  }
  return module as M;
}

describe('the diagnostics channels', () => {
  const load = (without: { process?: boolean; field?: string }) =>
    loaded<Channels>('../../lib/base/channels', without).channels;
  const names = ['attempt', 'retry', 'success', 'giveup', 'abort', 'limiter', 'nested'] as const;

  test('are those of Node, named after tenax', () => {
    const channels = load({});
    expect(Object.keys(channels)).toEqual(names);
    for (const name of names) expect(channels[name]).toBe(channel(`tenax:${name}`));
    const told: unknown[] = [];
    const tell = (message: unknown): void => void told.push(message);
    expect(channels.retry.hasSubscribers).toBe(false);
    subscribe('tenax:retry', tell);
    expect(channels.retry.hasSubscribers).toBe(true);
    channels.retry.publish({ attempt: 1 });
    unsubscribe('tenax:retry', tell);
    expect(told).toEqual([{ attempt: 1 }]);
  });

  test.each([
    ['no process', { process: true }],
    ['no way to ask for a built-in', { field: 'getBuiltinModule' }],
  ])('are silent where there is %s', (_what, without) => {
    const channels = load(without);
    expect(Object.keys(channels)).toEqual(names);
    for (const name of names) {
      expect(channels[name].hasSubscribers).toBe(false);
      expect(channels[name].publish({})).toBeUndefined();
    }
  });
});

describe('where nobody tells that the event loop turns, a moment', () => {
  test.each([
    ['no process', { process: true }],
    ['no nextTick', { field: 'nextTick' }],
  ])('is read at once: %s', (_what, without) => {
    const { noted, msOf } = loaded<Instant>('../../lib/base/instant', without);
    const before = performance.now();
    const moment = noted();
    expect(typeof moment).toBe('number');
    expect(msOf(moment)).toBe(moment);
    expect(msOf(moment)).toBeGreaterThanOrEqual(before);
  });
});
