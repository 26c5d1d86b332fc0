import axios, { type AxiosError, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { CircuitBreaker, stop, wait } from 'tenax';
import { RetryingAxios, retryIfHttp, type AxiosRetryOptions, type ServerError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { scripted, type Step } from './scripted-adapter.js';

/** A step that answers with this text. */
const text =
  (data: string, status = 200): Step =>
  () => ({ status, data, headers: { 'x-own': '1' } });

/** A client whose condition refuses what `busy` says, and what that was shown. */
function clientFor(busy: (data: any) => boolean, ...steps: Step[]): [RetryingAxios, unknown[]] {
  const { adapter } = scripted(...steps);
  const shown: unknown[] = [];
  const retryIf = retryIfHttp.response(({ data }: AxiosResponse) => {
    shown.push(data);
    return busy(data);
  });
  return [
    new RetryingAxios(axios.create({ adapter }), { wait: wait.none(), stop: stop.afterAttempt(3), retryIf }),
    shown,
  ];
}

describe('a condition on answers sees', () => {
  test('what axios makes of them by itself', async () => {
    const [api, shown] = clientFor(({ state }) => state === 'busy', text('{"state":"busy"}'), text('{"state":"done"}'));
    await expect(api.get('/')).resolves.toMatchObject({ data: { state: 'done' } });
    expect(shown).toEqual([{ state: 'busy' }, { state: 'done' }]);
  });

  test.each<[string, AxiosRequestConfig['transformResponse'], unknown]>([
    ['one transform', (data: string) => `${data}!`, 'busy!'],
    ['several in their order', [(data: string) => `${data}!`, (data: string) => `${data}?`], 'busy!?'],
    ['no transform', [], 'busy'],
    ['null for transforms', null as never, 'busy'],
  ])('what %s makes of them, which then does not run twice', async (_what, transformResponse, expected) => {
    const [api, shown] = clientFor(() => shown.length < 2, text('busy'), text('busy'));
    const { data, config } = await api.get('/', { transformResponse: transformResponse as never });
    expect(shown).toEqual([expected, expected]);
    expect(data).toBe(expected);
    expect(config.transformResponse).toEqual(transformResponse);
  });

  test('the errors transformed too, as the caller then does', async () => {
    const [api, shown] = clientFor(() => true, text('1', 503), text('2', 503), text('3', 503));
    let runs = 0;
    const transformResponse = (data: string): unknown => ({ attempt: data, run: (runs += 1) });
    const error = await thrown<ServerError>(api.get('/', { transformResponse }));
    expect(shown).toEqual([1, 2, 3].map((run) => ({ attempt: String(run), run })));
    expect(error.response.data).toEqual({ attempt: '3', run: 3 });
    expect(runs).toBe(3);
  });

  test('see the original answer if a transform throws; axios then rejects with that error', async () => {
    const bug = new TypeError('bug');
    const [api, shown] = clientFor(() => shown.length < 2, text('raw'), text('raw'));
    const before = jest.fn((data: string) => `${data}!`);
    const transformResponse = [
      before,
      (): never => {
        throw bug;
      },
    ];
    expect(await thrown(api.get('/', { transformResponse }))).toBe(bug);
    expect(shown).toEqual(['raw', 'raw']);
    // Once for each of the two answers.
    expect(before).toHaveBeenCalledTimes(2);
  });
});

describe('a transform', () => {
  test("of axios' own fails with the answer at hand where JSON cannot be read", async () => {
    const strict = { responseType: 'json', transitional: { silentJSONParsing: false } } as const;
    const [api] = clientFor(() => false, text('{'));
    const error = await thrown<AxiosError>(api.get('/', strict));
    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE', response: { status: 200, data: '{' } });
    expect(error.config).not.toHaveProperty('response');
  });

  test('is called as axios calls it: on the config, with the headers and the status', async () => {
    const calls: unknown[][] = [];
    function transformResponse(this: AxiosRequestConfig, data: string, headers: any, status?: number): string {
      calls.push([this.url, data, headers.get?.('X-Own'), status]);
      return data;
    }
    const [api] = clientFor(() => false, text('body', 202));
    await api.get('/items', { transformResponse: transformResponse as never });
    expect(calls).toEqual([['/items', 'body', '1', 202]]);
  });

  test('gets the headers as they are where those of the request are of no class of axios', async () => {
    const { adapter } = scripted(text('body'));
    const instance = axios.create({ adapter });
    const seen: unknown[] = [];
    const options = { wait: wait.none(), retryIf: retryIfHttp.response(() => false) };
    const api = new RetryingAxios(instance, {
      ...options,
      before: (state) => {
        const config = state.request as { headers: object };
        config.headers = { ...config.headers };
      },
    });
    await api.get('/', { transformResponse: ((data: string, headers: unknown) => seen.push(headers)) as never });
    expect(seen).toEqual([{ 'x-own': '1' }]);
  });

  test('runs once per answer', async () => {
    let runs = 0;
    const { adapter } = scripted(503, 503);
    const api = new RetryingAxios(axios.create({ adapter }), { wait: wait.none() });
    await expect(api.get('/', { transformResponse: () => (runs += 1) })).resolves.toMatchObject({ data: 3 });
    expect(runs).toBe(3);
  });

  test.each<[string, (look: (answer: any) => boolean) => AxiosRetryOptions]>([
    ['the wait', (look) => ({ wait: ({ outcome }: any) => Number(look(outcome.error.response)) })],
    ['the countIf of a breaker', (look) => ({ breaker: new CircuitBreaker({ countIf: retryIfHttp.response(look) }) })],
    ['onGiveUp', (look) => ({ onGiveUp: ({ outcome }: any) => void look(outcome.error.response) })],
    [
      'retryErrorCallback',
      (look) => ({ retryErrorCallback: ({ outcome }: any) => look(outcome.error.response) as any }),
    ],
  ])('runs before %s reads the answer', async (_part, optionsOf) => {
    const read = new Set<unknown>();
    const { adapter } = scripted(text('{"why":"busy"}', 503), text('{"why":"busy"}', 503));
    const options = optionsOf(({ data }) => {
      read.add(data.why);
      return false;
    });
    const api = new RetryingAxios(axios.create({ adapter }), {
      wait: wait.none(),
      stop: stop.afterAttempt(2),
      ...options,
    });
    await thrown(api.get('/'));
    expect([...read]).toEqual(['busy']);
  });

  test('runs before `refresh` reads the error', async () => {
    const read: unknown[] = [];
    const { adapter } = scripted(text('{"why":"expired"}', 401));
    const api = new RetryingAxios(axios.create({ adapter }), {
      refresh: (error) => void read.push((error.response as AxiosResponse).data),
    });
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
    expect(read).toEqual([{ why: 'expired' }]);
  });
});
