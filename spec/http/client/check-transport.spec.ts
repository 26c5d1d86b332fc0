import { createHttpClient, type Transport } from 'tenax/http';
import { thrown } from '../../thrown.js';

const transport: Transport<string, string, { status: number; headers: object }> = {
  describe: (url) => ({ method: 'GET', url, headers: {} }),
  prepare: (url) => url,
  send: async () => ({ status: 200, headers: {} }),
};
const send = (changed: object): Promise<unknown> => createHttpClient({ ...transport, ...changed })('http://api.test/');

describe('createHttpClient', () => {
  test.each(['describe', 'prepare', 'send'])('refuses a transport without %s', (name) => {
    expect(() => createHttpClient({ ...transport, [name]: undefined })).toThrow(
      new TypeError(`createHttpClient: ${name} takes a function, got undefined`),
    );
  });

  test.each(['failure', 'accepts', 'refusal', 'aborted', 'clone', 'discard', 'watchBody'])(
    'refuses a transport whose %s is no function',
    (name) => {
      expect(() => createHttpClient({ ...transport, [name]: true })).toThrow(
        new TypeError(`createHttpClient: ${name} takes a function, got true`),
      );
    },
  );

  test.each([[undefined], [null], [5]])('refuses %p as a transport', (wrong) => {
    expect(() => createHttpClient(wrong as never)).toThrow(/^createHttpClient: describe takes a function/);
  });
});

describe('a transport that returns', () => {
  test.each([[undefined], [null], [{}], [{ method: 'GET' }], [Promise.resolve({})]])(
    '%p as the description of a request fails the request',
    async (facts) => {
      expect(await thrown<Error>(send({ describe: () => facts }))).toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/^describe must return the method and the url of the request, it returned /),
      });
    },
  );

  test.each([[undefined], [null], [200]])('%p as the answer fails the request', async (answer) => {
    expect(await thrown<Error>(send({ send: async () => answer }))).toMatchObject({
      name: 'TypeError',
      message: `the request must resolve with a response, it resolved with ${answer}`,
    });
  });
});
