import { inspect } from 'node:util';
import { hide } from '../../lib/base/errors';

describe('the hidden fields of an error', () => {
  const SYMBOL = Symbol('response');
  const hidden = (): Error & { headers?: unknown } => {
    const error = new Error('busy');
    hide(error, { headers: { 'x-key': 's3cret' }, [SYMBOL]: 5 });
    return error;
  };

  test('can be read by their names and symbols', () => {
    expect(hidden().headers).toEqual({ 'x-key': 's3cret' });
    expect(Reflect.get(hidden(), SYMBOL)).toBe(5);
  });

  test('are in no JSON, no print and no copy', () => {
    expect(JSON.stringify(hidden())).toBe('{}');
    expect(inspect(hidden())).not.toMatch(/s3cret|response/);
    expect(Reflect.ownKeys({ ...hidden() })).toEqual([]);
  });

  test('can be replaced and removed', () => {
    const error = hidden();
    error.headers = 'other';
    expect(error.headers).toBe('other');
    expect(Object.keys(error)).toEqual([]);
    expect(delete error.headers).toBe(true);
    expect(error.headers).toBeUndefined();
  });
});
