import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { formatValue, isPlain } from '../base/check.js';
import { omitUndefined } from '../base/omit-undefined.js';
import { checkClientOptions } from '../http/client/client-options.js';
import { HttpClient } from '../http/client/http-client.js';
import { AxiosTransport, type AxiosJob } from './axios-transport.js';
import type { AxiosRetryOptions } from './options.js';

/** A client that sends requests of axios under a policy. */
export type AxiosClient = HttpClient<AxiosJob, InternalAxiosRequestConfig, AxiosResponse>;

/** The option `retry` of an instance's defaults or of a request. */
export type RetryOption = AxiosRetryOptions | false | undefined;

/** Checks the options and makes a client. */
function createClient(options: AxiosRetryOptions): AxiosClient {
  checkClientOptions(options);
  return new HttpClient(new AxiosTransport(options.beforeAttempt !== undefined), options);
}

/**
 * Makes the client of an instance. Wrong options `retry` in the instance's defaults are refused now, and not at the first
 * request.
 */
export function clientOfInstance(instance: AxiosInstance, options: AxiosRetryOptions): AxiosClient {
  const client = createClient(options);
  clientFor(client, instance.defaults.retry, undefined);
  return client;
}

/** The clients for options overridden by an instance's defaults, keyed by those defaults. */
const withDefaults = new WeakMap<AxiosClient, WeakMap<object, AxiosClient>>();

/**
 * Returns the client of a request: the common options, overridden by the `retry` of the instance's defaults, overridden by
 * the request's own `retry`. Returns `false` for a plain request.
 */
export function clientFor(common: AxiosClient, defaults: RetryOption, own: RetryOption): AxiosClient | false {
  if (own === false || (own === undefined && defaults === false)) return false;
  const base = typeof defaults === 'object' ? clientWithDefaults(common, defaults) : override(common, defaults);
  return base === false ? override(common, own) : override(base, own);
}

function clientWithDefaults(common: AxiosClient, defaults: AxiosRetryOptions): AxiosClient {
  let known = withDefaults.get(common);
  if (known === undefined) withDefaults.set(common, (known = new WeakMap()));
  let client = known.get(defaults);
  if (client === undefined) known.set(defaults, (client = override(common, defaults) as AxiosClient));
  return client;
}

function override(client: AxiosClient, options: RetryOption): AxiosClient | false {
  if (options === undefined) return client;
  if (options === false) return false;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`retry takes options or false, got ${formatValue(options)}`);
  }
  return createClient({ ...client.options, ...omitUndefined<object>(options) });
}

/** Whether two options `retry` are equal: axios copies those of the defaults into every config. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (!(Array.isArray(one) && Array.isArray(other)) && !(isPlain(one) && isPlain(other))) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => isSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]))
  );
}
