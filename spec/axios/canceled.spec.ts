import axios from 'axios';
import { canceled, withReason } from '../../lib/axios/canceled.js';

const reason = new Error('enough');
const aborted = AbortSignal.abort(reason);

test('the error of an abort gets the reason of its signal as its cause', () => {
  const error = new axios.CanceledError();
  expect(withReason(error, aborted)).toBe(error);
  expect(error.cause).toBe(reason);
});

test.each<[string, unknown, AbortSignal | undefined]>([
  ['of an abort without a signal', new axios.CanceledError(), undefined],
  ['of an abort by something else than its signal', new axios.CanceledError(), new AbortController().signal],
  ['that is not of an abort, though the signal is aborted', new Error('404'), aborted],
])('an error %s gets no cause', (_which, error, signal) => {
  expect(withReason(error, signal)).toBe(error);
  expect(error).not.toHaveProperty('cause');
});

test('an error of an abort keeps the cause that it has', () => {
  const own = new Error('own');
  expect(withReason(canceled({}, own), aborted)).toMatchObject({ cause: own });
});
