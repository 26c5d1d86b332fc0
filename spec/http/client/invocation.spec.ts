import { ATTEMPT } from '../../../lib/engine/attempt.js';
import { invocationOf, nameOf } from '../../../lib/http/client/invocation.js';
import { scripted } from './body/scripted-client.js';

const { client } = scripted([]);
const call = client.call({ method: 'PUT', url: 'http://me:s3cret@api.test/file?key=s3cret' });

test('The name of a request is its method and its address, without secrets', () => {
  expect(nameOf(call)).toBe('PUT http://api.test/file');
});

test('The engine calls the attempt of a request on the request, which it names', () => {
  const { self, fn, args, naming, request } = invocationOf(call);
  expect([self === call, fn === call.attempt, args === ATTEMPT, request === call.request]).toEqual(Array(4).fill(true));
  expect((naming as (of: unknown) => string)(self)).toBe('PUT http://api.test/file');
});
