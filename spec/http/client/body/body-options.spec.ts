import { createHttpClient, retryingFetch } from 'tenax/http';

test.each<[object, string]>([
  [{ idleTimeout: -1 }, 'idleTimeout takes a duration in milliseconds (a number ≥ 0), got -1'],
  [{ resume: 'yes' }, 'resume takes true or false, got "yes"'],
])('%j is refused when the client is made', (options, message) => {
  const transport = { describe: () => ({}), prepare: () => ({}), send: async () => ({}), bodies: {} } as never;
  expect(() => createHttpClient(transport, options)).toThrow(message);
});

test('retryingFetch refuses options of another kind when it is made', () => {
  expect(() => retryingFetch({ idleTimeout: -1 })).toThrow('idleTimeout');
  expect(() => retryingFetch({ resume: 'yes' as never })).toThrow('resume takes');
});

test.each([
  [{ resume: true }, 'resume'],
  [{ idleTimeout: 5 }, 'idleTimeout'],
])('a transport without bodies refuses %j', (options, name) => {
  const transport = { describe: () => ({}), prepare: () => ({}), send: async () => ({}) } as never;
  expect(() => createHttpClient(transport, options)).toThrow(
    new TypeError(`${name} needs a transport that has \`bodies\``),
  );
  expect(() => createHttpClient(transport, { resume: false, idleTimeout: Infinity })).not.toThrow();
});

test('an endless idleTimeout needs no transport with bodies', async () => {
  const reply = { status: 200, headers: {} };
  const transport = {
    describe: () => ({ method: 'GET', url: 'http://api.test/', headers: {} }),
    prepare: () => ({}),
    send: async () => reply,
  };
  expect(await createHttpClient(transport, { idleTimeout: Infinity })('job')).toBe(reply);
});
