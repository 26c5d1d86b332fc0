import axios from 'axios';
import { hide, TenaxError } from '../base/errors.js';

/**
 * Takes from loggers what an error of axios shows of its request: headers, credentials, query. It stays the same error, and
 * keeps these properties; they are no longer enumerable, and JSON holds the other fields only.
 */
export function hideRequest<E>(error: E): E {
  if (!axios.isAxiosError(error) || error instanceof TenaxError || !Object.isExtensible(error)) return error;
  for (const key of ['config', 'request', 'response']) {
    if (Object.hasOwn(error, key)) Reflect.defineProperty(error, key, { enumerable: false });
  }
  const { name, message, code, status } = error;
  hide(error, { toJSON: () => ({ name, message, code, status }) });
  return error;
}
