import axios from 'axios';
import { endByToken } from '../../lib/axios/cancel-token.js';
import { CallSignal } from '../../lib/http/client/call-signal.js';

describe('endByToken', () => {
  test('ends the call with the reason of the token', async () => {
    const { token, cancel } = axios.CancelToken.source();
    const signal = new CallSignal(undefined);
    endByToken(signal, token);
    expect(signal.aborted).toBeUndefined();
    cancel('left');
    await token.promise;
    expect(signal.aborted).toMatchObject({ reason: { message: 'left' } });
  });

  test('keeps the signal of the request', () => {
    const own = new AbortController();
    const signal = new CallSignal(own.signal);
    endByToken(signal, axios.CancelToken.source().token);
    own.abort('own');
    expect(signal.aborted).toEqual({ reason: 'own' });
    signal.end();
  });

  test('leaves nothing at the token when the call is over', () => {
    const token = { subscribe: jest.fn(), unsubscribe: jest.fn() };
    const signal = new CallSignal(undefined);
    endByToken(signal, token as never);
    signal.end();
    expect(token.unsubscribe.mock.calls).toEqual(token.subscribe.mock.calls);
  });
});
