import axios from 'axios';
import { hide, TenaxError } from '../base/errors.js';
import { withoutSecrets } from '../http/without-secrets.js';

/**
 * Takes from loggers what an error of axios shows of its request: headers, credentials, query. It stays the same error, and
 * keeps these properties; they are no longer enumerable, and JSON holds the other fields only. Its cause, which may name the
 * address of a redirect, becomes a safe one.
 */
export function hideRequest<E>(error: E): E {
  if (!axios.isAxiosError(error) || error instanceof TenaxError || !Object.isExtensible(error)) return error;
  for (const key of ['config', 'request', 'response']) {
    if (Object.hasOwn(error, key)) Reflect.defineProperty(error, key, { enumerable: false });
  }
  // The cause of an aborted request is the caller's own reason.
  if (Object.hasOwn(error, 'cause') && !axios.isCancel(error)) {
    Reflect.defineProperty(error, 'cause', { value: withoutSecrets(error.cause), enumerable: false });
  }
  const { name, message, code, status } = error;
  hide(error, { toJSON: () => ({ name, message, code, status }) });
  return error;
}
