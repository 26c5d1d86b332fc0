import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CircuitBreaker } from 'tenax';
import { Announcer } from '../../lib/breaker/announcer.js';
import { begin, breakerOf, down, fail, succeed } from './calls.js';

describe('The channel tenax:breaker', () => {
  const messages: unknown[] = [];
  const listen = (message: unknown): void => void messages.push(message);
  beforeEach(() => {
    messages.length = 0;
    subscribe('tenax:breaker', listen);
  });
  afterEach(() => unsubscribe('tenax:breaker', listen));

  const message = (from: string, to: string, cause?: unknown): object => ({
    breaker: 'items',
    from,
    to,
    ...(cause === undefined ? {} : { cause }),
  });

  test('reports each transition, half-open when the first probe starts', async () => {
    const { breaker, clock } = breakerOf({ failures: 1, probes: 2, name: 'items' });
    await fail(breaker);
    expect(messages).toStrictEqual([message('closed', 'open', down)]);
    await clock.advance(10_000);
    expect(breaker.state).toBe('half-open');
    expect(messages).toHaveLength(1);
    const probes = [begin(breaker), begin(breaker)];
    expect(messages.slice(1)).toStrictEqual([message('open', 'half-open')]);
    await probes[0]?.reject(down);
    await clock.advance(20_000);
    await succeed(breaker, 2);
    expect(messages.slice(2)).toEqual([
      message('half-open', 'open', down),
      message('open', 'half-open'),
      message('half-open', 'closed'),
    ]);
  });

  test('reports a reset of a breaker that is not closed', async () => {
    const { breaker } = breakerOf({ failures: 1, name: 'items' });
    breaker.reset();
    expect(messages).toEqual([]);
    await fail(breaker);
    breaker.reset();
    expect(messages.slice(1)).toEqual([message('open', 'closed')]);
  });

  test('reports a hold with its reason, nothing beneath it, and at the last release the state beneath', async () => {
    const { breaker } = breakerOf({ failures: 1, name: 'items' });
    const call = begin(breaker);
    const releases = [breaker.hold('maintenance'), breaker.hold()];
    expect(messages).toEqual([message('closed', 'open', 'maintenance')]);
    await call.reject();
    breaker.reset();
    releases[0]?.();
    expect(messages).toHaveLength(1);
    releases[1]?.();
    expect(messages.slice(1)).toEqual([message('open', 'closed')]);
  });

  test('reports half-open once when the break ended beneath a hold', async () => {
    const { breaker, clock } = breakerOf({ failures: 1, name: 'items' });
    await fail(breaker);
    const release = breaker.hold();
    await clock.advance(10_000);
    release();
    begin(breaker);
    expect(messages.slice(1)).toEqual([message('open', 'open'), message('open', 'half-open')]);
  });
});

test('The channel tenax:breaker carries nothing of a breaker in a simulation', () => {
  const listen = jest.fn();
  subscribe('tenax:breaker', listen);
  try {
    new Announcer({ name: 'items', log: undefined, simulated: true }, 'closed').announce('open', 'opened');
    expect(listen).not.toHaveBeenCalled();
  } finally {
    unsubscribe('tenax:breaker', listen);
  }
});

describe('The logger of a CircuitBreaker', () => {
  test('receives one line for each transition, at warn', async () => {
    const lines: [string, string, object][] = [];
    const logger = { log: (level: string, line: string, meta: object) => lines.push([level, line, meta]) };
    const { breaker, clock } = breakerOf({ name: 'api.example.com', logger });
    await fail(breaker, 5, new Error('GET https://user:secret@api.example.com/items?token=secret failed'));
    await clock.advance(10_000);
    await fail(breaker);
    await clock.advance(20_000);
    await succeed(breaker);
    breaker.hold()();
    await fail(breaker, 5);
    breaker.reset();
    expect(lines.map(([, line]) => line)).toEqual([
      'breaker api.example.com opened after 5 failures, next try in 10.0 s',
      'breaker api.example.com is half-open, a probe starts',
      'breaker api.example.com opened again after a failed probe, next try in 20.0 s',
      'breaker api.example.com is half-open, a probe starts',
      'breaker api.example.com closed',
      'breaker api.example.com is held open',
      'breaker api.example.com is released and closed',
      'breaker api.example.com opened after 5 failures, next try in 10.0 s',
      'breaker api.example.com closed by reset()',
    ]);
    expect(new Set(lines.map(([level]) => level))).toEqual(new Set(['warn']));
    expect(lines[0]?.[2]).toMatchObject({
      breaker: 'api.example.com',
      from: 'closed',
      to: 'open',
      error: { name: 'Error' },
    });
    expect(lines[1]?.[2]).not.toHaveProperty('error');
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('reads well for a share, for one failure and without a name', async () => {
    const warn = jest.fn();
    const share = breakerOf({ failures: Infinity, ratio: 0.5, minimum: 4, logger: { warn } }).breaker;
    await succeed(share, 2);
    await fail(share, 2);
    await fail(breakerOf({ failures: 1, logger: { warn } }).breaker);
    expect(warn.mock.calls.map(([, line]) => line)).toEqual([
      'breaker opened after 2 of 4 calls failed, next try in 10.0 s',
      'breaker opened after 1 failure, next try in 10.0 s',
    ]);
  });

  test('that throws fails no call and costs no permit', async () => {
    const logger = {
      log: () => {
        throw new Error('full disk');
      },
    };
    const { breaker, clock } = breakerOf({ failures: 1, logger });
    await expect(breaker.run(() => Promise.reject(down))).rejects.toBe(down);
    await clock.advance(10_000);
    expect(await breaker.run(() => 7)).toBe(7);
    expect(breaker.state).toBe('closed');
  });

  test('is checked when the breaker is made', () => {
    expect(() => new CircuitBreaker({ logger: {} })).toThrow(/^CircuitBreaker: logger takes a logger/);
  });
});
