// Jest gives ESM and CommonJS a copy each: what one throws is an instance of the other's class.
import { createRequire } from 'node:module';
import { RetryError, StopStrategy, retry, stop } from 'tenax';
import { HttpError, raiseForStatus } from 'tenax/http';

const require = createRequire(import.meta.url);

test('instanceof holds for what the required copy throws', async () => {
  const required = require('tenax');
  const failing = required.retry(async () => Promise.reject(new Error('no')), { stop: stop.afterAttempt(1) });
  const error = await failing().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(RetryError);
  expect(required.stop.never).toBeInstanceOf(StopStrategy);
  const other = await retry(async () => Promise.reject(new Error('no')), {
    stop: required.stop.afterAttempt(1),
  })().catch((thrown) => thrown);
  expect(other).toBeInstanceOf(required.RetryError);
});

test('and for the errors of HTTP', () => {
  const required = require('tenax/http');
  const thrown = (raise) => {
    try {
      return raise({ status: 503, headers: {} });
    } catch (error) {
      return error;
    }
  };
  expect(thrown(required.raiseForStatus)).toBeInstanceOf(HttpError);
  expect(thrown(raiseForStatus)).toBeInstanceOf(required.ServerError);
  expect(thrown(raiseForStatus)).not.toBeInstanceOf(required.ClientError);
});
