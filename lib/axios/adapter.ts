import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { AxiosJob } from './axios-transport.js';
import type { AxiosClient } from './client.js';
import { hideRequest } from './hide-request.js';
import { makeReplayable } from './replay.js';
import { keepAsItIs } from './transform.js';

type Config = InternalAxiosRequestConfig;
export type AdapterOption = Config['adapter'];

/**
 * Marks our adapter and says what it wraps, so that wrapping it twice has no further effect. A config that is sent again
 * keeps its adapter, and so its policy.
 */
const INNER = Symbol.for('tenax.axios.adapter');
type Marked = AxiosAdapter & { [INNER]: () => AdapterOption };

/** True for an adapter that was made here. */
export const isOurs = (adapter: unknown): adapter is Marked => typeof adapter === 'function' && INNER in adapter;

/**
 * The adapter that makes a request's attempts with `adapter`, or with what `standard` returns at that time.
 *
 * @param client `false` for one plain request
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

/** `retry: false`: axios' own request. */
async function sendPlainly(config: Config, by: AdapterOption): Promise<AxiosResponse> {
  const { adapter } = config;
  delete config.retry;
  try {
    return await callable(by)(config);
  } finally {
    // Mocks delete it, and with it would go what the request was given.
    config.adapter = adapter;
  }
}

/** An adapter's name or names, as axios resolves them; before 1.5 it had only functions. */
function callable(adapter: AdapterOption): AxiosAdapter {
  if (typeof adapter === 'function') return adapter;
  const { getAdapter } = axios as { getAdapter?: (adapter: AdapterOption) => AxiosAdapter };
  return getAdapter?.(adapter) ?? (axios.defaults.adapter as AxiosAdapter);
}

async function perform(client: AxiosClient, config: Config, adapter: AdapterOption): Promise<AxiosResponse> {
  // Our adapter knows them: on the config, which errors carry, they might be circular or hold secrets.
  delete config.retry;
  // Most requests have no body.
  const rewriting = typeof config.data === 'object' ? makeReplayable(config) : undefined;
  const notReplayable = rewriting instanceof Promise ? await rewriting : rewriting;
  const call = client.call(new AxiosJob(config, callable(adapter), notReplayable));
  try {
    const response = await client.send(call);
    if (call.replaced) {
      config.transformResponse = call.job.transformResponse;
      keepAsItIs(config);
    }
    return response;
  } catch (error) {
    throw hideRequest(error);
  } finally {
    config.validateStatus = call.job.validateStatus;
  }
}
