import { inspect } from 'node:util';
import vm from 'node:vm';
import axios, { AxiosError, isAxiosError } from 'axios';
import { pino } from 'pino';
import winston from 'winston';
import { Writable } from 'node:stream';
import { httpError, NetworkError } from '../../lib/http/errors';
import { safeRefusal, withoutSecrets } from '../../lib/http/without-secrets';

const config = {
  headers: { Authorization: 'Bearer s3cret', 'x-key': 's3cret' },
  auth: { password: 's3cret' },
  data: 's3cret',
};
const axiosError = (): AxiosError =>
  AxiosError.from(
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3'), { code: 'ECONNREFUSED', syscall: 'connect', port: 3 }),
    'ECONNREFUSED',
    config as never,
    { _header: 'Authorization: s3cret', path: '/?key=s3cret' },
  );
const named = (name: string, more: object): Error => Object.assign(new Error(name), { name }, more);

const secretive: readonly (readonly [string, () => Error])[] = [
  ["axios' error", axiosError],
  ["axios' error behind another", () => new TypeError('x', { cause: axiosError() })],
  ["axios' error in an aggregate", () => new AggregateError([new Error('x'), axiosError()], 'x')],
  ["an error of a wrapper with its request", () => named('ApiError', { request: { headers: { 'x-key': 's3cret' } } })],
  ["Bun's error, which has the address", () => named('TypeError', { code: 'ECONNREFUSED', path: 'http://h/?key=s3cret' })],
  ["undici's error, which has what the server sent", () => named('HTTPParserError', { code: 'HPE_INVALID_CONSTANT', data: '{"key":"s3cret"}' })],
  ["node-fetch's error, whose text has the address", () => new Error('request to http://u:s3cret@h/?key=s3cret failed')],
  ["Deno's error behind fetch's", () => new TypeError('fetch failed', { cause: new Error('error sending request for url (http://h/?key=s3cret): x') })],
  ['an error whose stack alone has the address', () => Object.assign(new Error('failed'), { stack: 'Error: http://u:s3cret@h/?key=s3cret\n    at f (x.js:1:2)' })],
  ['an error with a toJSON of its own', () => Object.assign(new Error('x'), { toJSON: () => ({ key: 's3cret' }) })],
  ['an error of another realm with a text', () => vm.runInNewContext('new Error("http://u:s3cret@h/")') as Error],
  ['an error of another realm', () => vm.runInNewContext('Object.assign(new Error("x"), { config: { key: "s3cret" } })') as Error],
  ['an error with a tag of its own', () => Object.assign(new Error('x'), { [Symbol.toStringTag]: 'ApiError', config: { key: 's3cret' } })],
  ['an error with a property under a symbol', () => Object.assign(new Error('x'), { [Symbol('key')]: { key: 's3cret' } })],
]; // prettier-ignore

/** What a winston logger that follows causes writes. */
async function winstonLine(error: unknown): Promise<string> {
  let out = '';
  const stream = new Writable({ write: (chunk, _encoding, done) => { out += String(chunk); done(); } }); // prettier-ignore
  const { combine, errors, json } = winston.format;
  const format = combine(errors({ stack: true, cause: true }), json());
  winston.createLogger({ format, transports: [new winston.transports.Stream({ stream })] }).error(error);
  await new Promise((resolve) => setImmediate(resolve));
  return out;
}

function pinoLine(error: unknown): string {
  let out = '';
  const stream = { write: (line: string) => { out += line; } }; // prettier-ignore
  pino({ serializers: { err: pino.stdSerializers.errWithCause } }, stream).error(error);
  return out;
}

/** All that a logger copies at any depth. */
const deep = (error: unknown): string =>
  [error, { ...(error as object) }, (error as Error).cause].map((each) => inspect(each, { depth: Infinity })).join();

function forIn(error: unknown, depth = 0): unknown {
  if (typeof error !== 'object' || error === null || depth > 9) return String(error);
  const found: unknown[] = [(error as Error).message, (error as Error).stack, forIn((error as Error).cause, depth + 1)];
  for (const key in error) found.push(key, forIn((error as Record<string, unknown>)[key], depth + 1));
  return found;
}

describe.each(secretive)('A cause that is %s shows no secret', (_what, make) => {
  test('to winston, pino, JSON, inspect and a loop over its keys', async () => {
    const error = new NetworkError({ method: 'GET', url: '/', cause: make() }, 'ECONNREFUSED');
    const lines = [
      await winstonLine(error),
      pinoLine(error),
      JSON.stringify(error),
      JSON.stringify(error.cause),
      deep(error),
    ];
    for (const text of [...lines, JSON.stringify(forIn(error))]) {
      expect(text).not.toBe('');
      expect(text).not.toContain('s3cret');
    }
  });

  test('and the error itself is as it was', () => {
    const [before, after] = [0, 1].map(make) as [Error, Error];
    withoutSecrets(after);
    expect(inspect(after, { showHidden: true, depth: 9 }).replace(/\n +at .*/g, '')).toBe(
      inspect(before, { showHidden: true, depth: 9 }).replace(/\n +at .*/g, ''),
    );
  });
});

describe('The copy of an error', () => {
  const original = axiosError();
  let copy: AxiosError;
  beforeEach(() => {
    copy = withoutSecrets(original) as AxiosError;
  });

  test('has its class, its name, its texts and its codes', () => {
    expect(copy).toBeInstanceOf(axios.AxiosError);
    expect(copy).toBeInstanceOf(Error);
    expect(isAxiosError(copy)).toBe(true);
    expect(Object.prototype.toString.call(copy)).toBe('[object Error]');
    expect([copy.name, copy.message, copy.code, copy.stack]).toEqual([
      original.name,
      original.message,
      original.code,
      original.stack,
    ]);
    expect(copy.cause).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect', port: 3 });
  });

  test('has a text for an error whose message is no text', () => {
    const error = Object.assign(new TypeError(), { message: { key: 's3cret' }, config });
    const { message } = withoutSecrets(error) as Error;
    expect(message).toBe('an instance of TypeError');
  });

  test('keeps its hidden properties', () => {
    expect(copy.config).toBe(original.config);
    expect(copy.request).toBe(original.request);
    expect(Object.keys(copy)).not.toContain('config');
    expect(copy.toJSON()).toMatchObject({ name: original.name, message: original.message, code: 'ECONNREFUSED' });
  });

  test('keeps which properties are enumerable, and all can be replaced as those of the original', () => {
    const given = Object.assign(new Error('http://h/?key=s3cret'), { text: 'http://h/?key=s3cret', code: 'E' });
    Object.defineProperty(given, 'quiet', { value: 'http://h/?key=s3cret' });
    const made = withoutSecrets(given) as Error;
    expect(Object.entries(made)).toEqual([
      ['text', 'http://h/'],
      ['code', 'E'],
    ]);
    expect((made as unknown as { quiet: string }).quiet).toBe('http://h/');
    const keys = ['text', 'quiet', 'message', 'toJSON', 'stack'];
    for (const key of keys) {
      const { writable, configurable } = Object.getOwnPropertyDescriptor(made, key) as PropertyDescriptor;
      expect([key, writable ?? true, configurable]).toEqual([key, true, true]);
    }
    expect(JSON.parse(JSON.stringify(made))).toEqual({ name: 'Error', message: 'http://h/', text: 'http://h/', code: 'E' });
    expect(made.stack).toBe(given.stack?.replace('?key=s3cret', ''));
  }); // prettier-ignore

  test('has the members of an aggregate in their order, of which only those with secrets are copies', () => {
    const [plain, secret] = [new Error('a'), new Error('http://h/?key=s3cret')];
    const { errors } = withoutSecrets(new AggregateError([plain, secret], 'x')) as AggregateError;
    expect(errors[0]).toBe(plain);
    expect((errors as Error[]).map(({ message }) => message)).toEqual(['a', 'http://h/']);
  });

  test('is made of seven errors of a chain, in a list too', () => {
    const chain = (length: number): Error =>
      new Error(length === 1 ? 'http://h/?key=s3cret' : 'x', length === 1 ? {} : { cause: chain(length - 1) });
    expect(deep(withoutSecrets(chain(7)))).not.toContain('s3cret');
    const listed = (length: number): Error => new AggregateError([length === 1 ? chain(1) : listed(length - 1)], 'x');
    expect(deep(withoutSecrets(listed(6)))).not.toContain('s3cret');
  });

  test('is only the text of a cause that lies deeper', () => {
    const chain = (length: number, last: Error): Error =>
      length === 0 ? last : new Error('x', { cause: chain(length - 1, last) });
    const bottom = (error: unknown): Error => {
      const { cause } = error as Error;
      return cause === undefined ? (error as Error) : bottom(cause);
    };
    const secret = withoutSecrets(chain(7, named('down', { request: { headers: { 'x-key': 's3cret' } } })));
    expect(deep(secret)).not.toContain('s3cret');
    expect([bottom(secret).message, Object.keys(bottom(secret))]).toEqual(['down', []]);
    const below = withoutSecrets(chain(9, new Error('http://h/?key=s3cret')));
    expect(deep(below)).not.toContain('s3cret');
    const harmless = chain(9, named('down', { port: 3 }));
    expect(withoutSecrets(harmless)).toBe(harmless);
  });
});

describe('An error with nothing to hide', () => {
  const socket = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET', socket: { localPort: 5 } });
  test.each<[string, unknown]>([
    ["Node's fetch", new TypeError('fetch failed', { cause: socket })],
    ['the system', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3'), { code: 'ECONNREFUSED', port: 3 })],
    ['another realm', vm.runInNewContext('new Error("x")')],
    ['a wrapper that lists what it tried', Object.assign(new Error('x'), { code: 'E', at: null })],
    [
      'a bundler, whose frames have addresses with a query',
      Object.assign(new Error('x'), { stack: 'Error: x\n    at f (http://h/x.js?t=1:1:2)' }),
    ],
    ['a language that has no stack', Object.assign(new Error('x'), { stack: undefined })],
    ['happy eyeballs', new AggregateError([new Error('a'), new Error('b')])],
    ['AbortSignal.timeout', new DOMException('late', 'TimeoutError')],
    ['a text', 'x'],
    ['undefined', undefined],
  ])('of %s is itself', (_what, error) => {
    expect(withoutSecrets(error)).toBe(error);
  });

  test('that is its own cause ends', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'cause', { value: error });
    expect(withoutSecrets(error)).toBe(error);
    expect(withoutSecrets(Object.assign(error, { config }))).toMatchObject({ message: 'x' });
  });
});

test('The error of a refresh, as the cause of an HttpError, shows no secret', () => {
  const error = httpError({ status: 401, method: 'GET', url: '/', headers: {}, response: {}, cause: axiosError() });
  expect(deep(error)).not.toContain('s3cret');
});

describe('the refusal of an argument', () => {
  test('is returned without secrets if it is a TypeError of the platform', () => {
    const cause = Object.assign(new TypeError('Invalid URL'), {
      code: 'ERR_INVALID_URL',
      input: 'http://u:s3cret@[::',
    });
    const error = new TypeError('Failed to parse URL from http://u:s3cret@[::?key=s3cret', { cause });
    const safe = safeRefusal(error) as Error;
    expect(safe).toBeInstanceOf(TypeError);
    expect(inspect(safe, { depth: 9 })).not.toContain('s3cret');
    expect(error.message).toContain('s3cret');
  });

  test.each([
    ['a TypeError without secrets', new TypeError('x is not a function')],
    ['an error of a class of the caller', named('Mine', { request: { key: 's3cret' } })],
    ['a class that extends TypeError', new (class Mine extends TypeError {})('http://u:s3cret@host')],
    ['a text', 'http://u:s3cret@host'],
  ])('is returned as it is if it is %s', (_what, error) => {
    expect(safeRefusal(error)).toBe(error);
  });
});
