import { Retrying, retryIf, stop, wait, type RetryCallState } from 'tenax';
import { NetworkError, raiseForStatus, retryIfHttp, retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { checkClientOptions, clientPolicy } from '../../../lib/http/client/client-options';
import { thrown } from '../../thrown.js';

const quick: FetchRetryOptions = { wait: wait.none() };
type Fault = number | 'reset' | 'refused';

/** A fetch that answers as it is told, then 200; it counts its calls. */
function scripted(...script: Fault[]) {
  const sent: string[] = [];
  const fetch = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    const step = script[sent.push(init?.method ?? 'GET') - 1] ?? 200;
    if (typeof step === 'number') return new Response('', { status: step });
    throw new TypeError('fetch failed', { cause: { code: step === 'reset' ? 'ECONNRESET' : 'ECONNREFUSED' } });
  };
  return { sent, fetch };
}

/** How often a request goes out until the call ends. */
async function attempts(options: FetchRetryOptions, method: string, script: Fault[], headers = {}): Promise<number> {
  const { sent, fetch } = scripted(...script);
  await retryingFetch({ ...quick, ...options }, fetch)('http://api.test/', { method, headers }).catch(() => undefined);
  return sent.length;
}

describe('Without options', () => {
  test('a call makes at most six attempts', async () => {
    expect(await attempts({}, 'GET', Array<Fault>(9).fill(503))).toBe(6);
  });

  test('the statuses of refreshOn are retried as others, without a refresh', async () => {
    expect(await attempts({ refreshOn: [503] }, 'GET', [503])).toBe(2);
    expect(await attempts({ refreshOn: [503], refresh: false }, 'GET', [503])).toBe(2);
  });

  test('an option that is undefined counts as left out', async () => {
    expect(await attempts({ stop: undefined, retryIf: undefined }, 'GET', Array<Fault>(9).fill(503))).toBe(6);
  });

  test('it waits as the server says', async () => {
    const clock = new VirtualClock();
    const answers = [new Response('', { status: 429, headers: { 'Retry-After': '7' } }), new Response('')];
    const pending = retryingFetch({ clock }, async () => answers.shift() as Response)('http://api.test/');
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(6999);
    expect(answers).toHaveLength(1);
    await clock.advance(1);
    expect((await pending).status).toBe(200);
  });

  test.each<[Fault, boolean]>([
    [429, true],
    [500, true],
    [599, true],
    ['reset', true],
    ['refused', true],
    [200, false],
    [301, false],
    [400, false],
    [404, false],
  ])('a GET after %s is retried: %j', async (fault, retried) => {
    expect(await attempts({}, 'GET', [fault])).toBe(retried ? 2 : 1);
  });

  test.each<[Fault, boolean]>([
    [429, true],
    ['refused', true],
    [503, false],
    ['reset', false],
  ])('a POST after %s is retried: %j', async (fault, retried) => {
    expect(await attempts({}, 'POST', [fault])).toBe(retried ? 2 : 1);
  });
});

describe('methods', () => {
  test('allows only the methods that it names', async () => {
    expect(await attempts({ methods: ['post'] }, 'POST', [503])).toBe(2);
    expect(await attempts({ methods: ['POST'] }, 'GET', [503])).toBe(1);
    expect(await attempts({ methods: [] }, 'GET', ['reset'])).toBe(1);
    expect(await attempts({ methods: [] }, 'GET', [429])).toBe(2);
    expect(await attempts({ methods: [] }, 'GET', [503], { 'Idempotency-Key': 'k' })).toBe(2);
  });

  test.each([
    ['GET', '"GET"'],
    [['GET', 5], 'an array'],
    [[5, 'GET'], 'an array'],
    [{}, 'an object'],
    [null, 'null'],
  ])('refuses %j', (methods, shown) => {
    expect(() => retryingFetch({ methods } as never)).toThrow(
      new TypeError(`methods takes a list of HTTP methods (['GET', 'POST']), got ${shown}`),
    );
  });
});

describe('A condition of the user', () => {
  test('replaces the default condition', async () => {
    expect(await attempts({ retryIf: retryIfHttp.status(404) }, 'GET', [404, 503])).toBe(2);
    expect(await attempts({ retryIf: () => false }, 'GET', [503])).toBe(1);
    expect(await attempts({ retryIf: async () => false }, 'GET', [429])).toBe(1);
  });

  test.each([
    ['at once', ({ attemptNumber }: RetryCallState) => attemptNumber === 1],
    ['later', async ({ attemptNumber }: RetryCallState) => attemptNumber === 1],
  ])('that answers %s stands under the rules about methods', async (_when, condition) => {
    expect(await attempts({ retryIf: condition }, 'PUT', [404])).toBe(2);
    expect(await attempts({ retryIf: condition }, 'PUT', [200])).toBe(2);
    expect(await attempts({ retryIf: condition }, 'POST', [404])).toBe(1);
    expect(await attempts({ retryIf: condition }, 'POST', [200])).toBe(1);
    expect(await attempts({ retryIf: condition }, 'POST', [429])).toBe(2);
    expect(await attempts({ retryIf: condition }, 'POST', ['refused'])).toBe(2);
    expect(await attempts({ retryIf: condition, methods: ['POST'] }, 'POST', [200])).toBe(2);
  });

  test('is not even asked about a request that cannot be sent twice', async () => {
    const condition = jest.fn(() => true);
    const { sent, fetch } = scripted(429, 'refused');
    const put = () =>
      retryingFetch({ ...quick, retryIf: condition }, fetch)('http://api.test/', {
        method: 'PUT',
        body: new Blob(['x']).stream(),
        duplex: 'half',
      } as RequestInit);
    expect((await put()).status).toBe(429);
    expect(await thrown(put())).toBeInstanceOf(NetworkError);
    expect(sent).toHaveLength(2);
    expect(condition).not.toHaveBeenCalled();
  });

  test('of the wrong kind is refused by name', () => {
    expect(() => retryingFetch({ retryIf: 5 as never })).toThrow(/^retryIf takes .*, got 5$/);
  });
});

describe('The hooks of an HTTP client', () => {
  test('run together with the user’s hooks, after the log line', async () => {
    const lines: string[] = [];
    const hooks = (name: string) => () => void lines.push(name);
    await retryingFetch(
      {
        ...quick,
        logger: { log: (level: string, message: string) => void lines.push(`${level} ${message}`) },
        before: [hooks('before'), hooks('before too')],
        beforeSleep: hooks('beforeSleep'),
      },
      scripted(503).fetch,
    )('http://api.test/x?key=s3cret');
    expect(lines).toEqual([
      'before',
      'before too',
      expect.stringMatching(
        /^warn Retrying GET http:\/\/api\.test\/x in 0\.00 s as it raised ServerError: GET http:\/\/api\.test\/x answered 503/,
      ),
      'beforeSleep',
      'before',
      'before too',
    ]);
  });

  test('write nothing without a logger', async () => {
    const spies = (['log', 'warn', 'info'] as const).map((level) => jest.spyOn(console, level));
    await retryingFetch(quick, scripted(503).fetch)('http://api.test/');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  test.each([
    [{ before: 5 }, /^before takes .*, got 5$/],
    [{ beforeSleep: [5] }, /^beforeSleep takes .*, got 5$/],
    [{ logger: {} }, /^beforeSleep\.log takes /],
    [{ fallback: 5 }, /^fallback takes a function, got 5$/],
  ])('%j is refused by name', (options, message) => {
    expect(() => retryingFetch(options as never)).toThrow(message);
  });
});

describe('The policy of an HTTP client', () => {
  const policy = (options: FetchRetryOptions) => clientPolicy(options, () => undefined);

  test('rejects with the last error itself by default', async () => {
    expect(policy({}).reraise).toBe(true);
    expect(policy({ reraise: false }).reraise).toBe(false);
    const once = { ...quick, stop: stop.afterAttempt(1) };
    expect(await thrown(retryingFetch(once, scripted('reset').fetch)('http://api.test/'))).toBeInstanceOf(NetworkError);
  });

  test('runs a function that is no request too, with its fallback or retryErrorCallback', async () => {
    const busy = (): Response => raiseForStatus(new Response('', { status: 429 }));
    const saves = (): string => 'saved';
    for (const saving of [{ fallback: saves }, { retryErrorCallback: saves }]) {
      expect(await new Retrying(policy({ ...quick, stop: stop.afterAttempt(1), ...saving })).call(busy)).toBe('saved');
    }
  });

  test('has only options that the engine knows', () => {
    const options: FetchRetryOptions = {
      logger: console,
      methods: ['GET'],
      name: 'api',
      refresh: () => undefined,
      refreshOn: [401],
      beforeAttempt: (init) => init,
      idempotencyKey: true,
    };
    expect(Object.keys(policy(options)).sort()).toEqual(
      ['beforeSleep', 'name', 'reraise', 'retryIf', 'signal', 'stop', 'wait'], // prettier-ignore
    );
  });

  test.each([
    [{ beforeAttemp: 1 }, 'an HTTP client has no option "beforeAttemp"; did you mean "beforeAttempt"?'],
    [{ idempotencykey: true }, 'an HTTP client has no option "idempotencykey"; did you mean "idempotencyKey"?'],
    [{ refrehs: 1 }, 'an HTTP client has no option "refrehs"; did you mean "refresh"?'],
  ])('refuses %j with the name that was meant', (options, message) => {
    expect(() => checkClientOptions(options)).toThrow(new TypeError(message));
  });

  test('prints its condition as the one that is under the method rules', () => {
    expect(String(policy({ retryIf: retryIf.always }).retryIf)).toBe('retryIf.always');
    expect(String(policy({}).retryIf)).toBe(
      'retryIf.any(retryIf.exceptionType(RateLimitError, ServerError), retryIfHttp.status(408, 425), retryIfHttp.networkError())',
    );
  });

  describe('written', () => {
    const noticed = (): void => undefined;
    const client = (options: FetchRetryOptions): Retrying => new Retrying(policy(options));

    test('has what users named and the defaults, and not what every client adds', () => {
      const given = { stop: stop.afterAttempt(4), retryIf: retryIfHttp.status(503) };
      expect(String(client(given))).toBe(
        'new Retrying({ stop: stop.afterAttempt(4), wait: wait.retryAfter(), reraise: true, retryIf: retryIfHttp.status(503) })',
      );
      expect(JSON.parse(JSON.stringify(client(given)))).toEqual({
        stop: { afterAttempt: 4 },
        wait: { retryAfter: {} },
        reraise: true,
        retryIf: { status: [503] },
      });
    });

    test('has no condition in JSON that nobody named', () => {
      expect(Object.keys(JSON.parse(JSON.stringify(client({}))) as object)).toEqual(['stop', 'wait', 'reraise']);
    });

    test('shows the hooks that users named', () => {
      expect(String(client({ beforeSleep: noticed }))).toContain('beforeSleep: [noticed]');
    });

    test.each([
      ['signal', { signal: AbortSignal.abort() }],
      ['beforeSleep', { beforeSleep: noticed }],
    ] as [string, FetchRetryOptions][])('refuses JSON for a %s that users named', (option, given) => {
      expect(() => JSON.stringify(client(given))).toThrow(`${option} cannot be written as JSON`);
    });
  });

  test('reads successful answers only if its condition does', () => {
    const errorsOnly = (options: FetchRetryOptions): boolean => policy(options).retryIf.errorsOnly;
    expect(errorsOnly({})).toBe(true);
    expect(errorsOnly({ retryIf: retryIfHttp.networkError() })).toBe(true);
    expect(errorsOnly({ retryIf: retryIfHttp.status(202) })).toBe(false);
  });
});
