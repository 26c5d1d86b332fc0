import channels from 'node:diagnostics_channel';
import { httpRetry } from 'tenax/http';

// In a file of its own: what is remembered holds for the process.
test('httpRetry remembers redirects from the first policy on whose calls must not be sent twice', () => {
  const subscribe = jest.spyOn(channels, 'subscribe').mockReturnValue(undefined);
  httpRetry({ idempotent: true });
  expect(subscribe).not.toHaveBeenCalled();
  httpRetry();
  httpRetry({ idempotent: false });
  expect(subscribe.mock.calls.map(([name]) => name)).toEqual(['undici:request:headers', 'http.client.response.finish']);
  subscribe.mockRestore();
});
