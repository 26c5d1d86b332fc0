import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { formatValue } from '../base/check.js';
import { AxiosJob } from './axios-transport.js';
import type { AxiosClient } from './client.js';
import { hideRequest } from './hide-request.js';
import { makeReplayable } from './replay.js';
import { skipTransforms } from './transform.js';

type Config = InternalAxiosRequestConfig;
export type AdapterOption = Config['adapter'];

/**
 * Marks tenax's adapter. The value returns the adapter that it wraps, so that an adapter is never wrapped twice. A config that
 * is sent again keeps its adapter, and so its policy.
 */
const INNER = Symbol.for('tenax.axios.adapter');
type Marked = AxiosAdapter & { [INNER]: () => AdapterOption };

/** Whether an adapter was made by `retryingAdapter`. */
export const isOurs = (adapter: unknown): adapter is Marked => typeof adapter === 'function' && INNER in adapter;

/**
 * Makes the adapter that retries a request. It makes each attempt with `adapter`; if that is undefined, with the adapter that
 * `standard` returns at the time.
 *
 * @param client The client with the policy; `false` for a plain request.
 */
export function retryingAdapter(
  client: AxiosClient | false,
  adapter: AdapterOption,
  standard: () => AdapterOption,
): AxiosAdapter {
  const inner = (): AdapterOption => {
    const current = adapter ?? standard();
    return isOurs(current) ? current[INNER]() : current;
  };
  const adapt = (config: Config): Promise<AxiosResponse> =>
    client === false ? sendPlainly(config, inner()) : perform(client, config, inner());
  return Object.assign(adapt, { [INNER]: inner });
}

/** Sends a request without retries, for `retry: false`. */
async function sendPlainly(config: Config, by: AdapterOption): Promise<AxiosResponse> {
  const { adapter } = config;
  delete config.retry;
  try {
    return await callable(by)(config);
  } finally {
    // Mocks delete the adapter, and a config that is sent again would lose its policy.
    config.adapter = adapter;
  }
}

/** Resolves the names of adapters as axios does. Before version 1.5, adapters were always functions. */
function callable(adapter: AdapterOption): AxiosAdapter {
  if (typeof adapter === 'function') return adapter;
  const { getAdapter } = axios as { getAdapter?: (adapter: AdapterOption) => AxiosAdapter };
  return getAdapter?.(adapter) ?? (axios.defaults.adapter as AxiosAdapter);
}

/** @throws TypeError for what axios would fail at: a `fallback` or `retryErrorCallback` takes the place of the request. */
function checkResponse(response: AxiosResponse): AxiosResponse {
  if (typeof response === 'object' && (response as unknown) !== null) return response;
  throw new TypeError(`fallback and retryErrorCallback must return a response of axios, got ${formatValue(response)}`);
}

async function perform(client: AxiosClient, config: Config, adapter: AdapterOption): Promise<AxiosResponse> {
  // The adapter has the options. On the config, which errors carry, they might be circular or contain secrets.
  delete config.retry;
  // Most requests have no body.
  const rewriting = typeof config.data === 'object' ? makeReplayable(config) : undefined;
  const notReplayable = rewriting instanceof Promise ? await rewriting : rewriting;
  const call = client.call(new AxiosJob(config, callable(adapter), notReplayable));
  try {
    const response = checkResponse(await client.send(call));
    if (call.replaced) {
      config.transformResponse = call.job.transformResponse;
      skipTransforms(config);
    }
    return response;
  } catch (error) {
    throw hideRequest(error);
  } finally {
    config.validateStatus = call.job.validateStatus;
  }
}
