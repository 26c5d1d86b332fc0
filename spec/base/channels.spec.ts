import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

type Channels = typeof import('../../lib/base/channels');
type Timestamp = typeof import('../../lib/base/clock');

/** A module as it is when it is loaded in a host whose process is another in these fields, or that has none. */
function loaded<M extends object>(
  path: string,
  fields: Record<string, unknown> | undefined,
  use: (module: M) => void = () => undefined,
): M {
  const { process: kept } = globalThis;
  const other = new Proxy(kept, {
    get: (target, key) => (fields !== undefined && key in fields ? fields[String(key)] : Reflect.get(target, key)),
  });
  let module: M | undefined;
  globalThis.process = (fields && other) as never;
  try {
    jest.isolateModules(() => {
      module = jest.requireActual<M>(path);
      use(module);
    });
  } finally {
    globalThis.process = kept;
  }
  return module as M;
}

describe('the diagnostics channels', () => {
  const load = (fields: Record<string, unknown> | undefined) =>
    // A channel is opened when it is first used.
    loaded<Channels>('../../lib/base/channels', fields, ({ channels }) => {
      for (const name of names) expect(channels[name].hasSubscribers).toBe(false);
    }).channels;
  const names = ['attempt', 'retry', 'success', 'giveup', 'abort', 'limiter', 'breaker', 'nested'] as const;

  test('are those of Node, named after tenax', () => {
    const channels = load({});
    for (const name of names) expect(channels[name]).toBe(channel(`tenax:${name}`));
    const told: unknown[] = [];
    const tell = (message: unknown): void => void told.push(message);
    for (const name of names) {
      subscribe(`tenax:${name}`, tell);
      expect(channels[name].hasSubscribers).toBe(true);
      channels[name].publish({ name });
      unsubscribe(`tenax:${name}`, tell);
      expect(channels[name].hasSubscribers).toBe(false);
    }
    expect(told).toEqual(names.map((name) => ({ name })));
  });

  test.each([
    ['no process', undefined],
    ['no way to ask for a built-in', { getBuiltinModule: undefined }],
  ])('are silent where there is %s', (_what, fields) => {
    const channels = load(fields);
    expect(Object.getOwnPropertyNames(channels)).toEqual(names);
    for (const name of names) {
      expect(channels[name].hasSubscribers).toBe(false);
      expect(channels[name].publish({})).toBeUndefined();
    }
  });
});

describe('where Node tells that the event loop turns', () => {
  test('it is asked to once a turn, whatever is lazyNow and read in it', () => {
    const told: (() => void)[] = [];
    const nextTick = (callback: () => void): void => void told.push(callback);
    const { lazyNow, toMilliseconds } = loaded<Timestamp>('../../lib/base/clock', { nextTick });
    for (const turn of [1, 2]) {
      const early = lazyNow();
      toMilliseconds(early);
      const late = lazyNow();
      expect(late).not.toBe(early);
      expect(lazyNow()).toBe(late);
      expect(told).toHaveLength(turn);
      told[turn - 1]?.();
    }
  });

  test('a moment is read when it does', () => {
    let turn = (): void => undefined;
    const { lazyNow, toMilliseconds } = loaded<Timestamp>('../../lib/base/clock', {
      nextTick: (callback: () => void) => void (turn = callback),
    });
    const moment = lazyNow();
    turn();
    const turned = performance.now();
    while (performance.now() === turned);
    expect(toMilliseconds(moment)).toBeLessThanOrEqual(turned);
  });
});

describe('where nobody tells that the event loop turns, a moment', () => {
  test.each([
    ['no process', undefined],
    ['no nextTick', { nextTick: undefined }],
  ])('is read at once: %s', (_what, fields) => {
    const { lazyNow, toMilliseconds } = loaded<Timestamp>('../../lib/base/clock', fields);
    const before = performance.now();
    const moment = lazyNow();
    expect(typeof moment).toBe('number');
    expect(toMilliseconds(moment)).toBe(moment);
    expect(toMilliseconds(moment)).toBeGreaterThanOrEqual(before);
  });
});
