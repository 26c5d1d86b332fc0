import { inspect } from 'node:util';
import { thrown } from '../thrown.js';
import { realClients } from './real-clients.js';
import { ADAPTERS, statuses } from './real-server.js';

describe.each(ADAPTERS)('with the %s adapter', (_name, adapter) => {
  const { apiFor } = realClients(adapter);

  test('shows no secret, however an error is printed', async () => {
    const api = await apiFor(
      statuses(401),
      {},
      { headers: { Authorization: 'Bearer s3cret', Cookie: 's3cret' }, auth: { username: 'me', password: 's3cret' } },
    );
    const error = await thrown<Error>(api.get('/?api_key=s3cret', { params: { token: 's3cret' } }));
    for (const text of [
      inspect(error, { depth: 12, showHidden: false }),
      JSON.stringify(error),
      String(error),
      error.stack,
      inspect({ ...error }),
    ]) {
      expect(text).not.toContain('s3cret');
    }
  });
});
