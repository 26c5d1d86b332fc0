import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

type Transform = (this: unknown, data: unknown, headers: unknown, status?: number) => unknown;

/**
 * Runs the request's `transformResponse` on an answer, as axios does after its adapter, so that a user's condition sees
 * what the caller would get. axios then has nothing left to do, so no transform runs twice. If a transform throws, it is
 * left to axios.
 */
export function transformNow(response: AxiosResponse, config: InternalAxiosRequestConfig): void {
  const { transformResponse } = config;
  const transforms = [transformResponse ?? []].flat() as Transform[];
  const { from } = config.headers.constructor as unknown as { from?: (headers: unknown) => unknown };
  const headers =
    typeof from === 'function' ? from.call(config.headers.constructor, response.headers) : response.headers;
  try {
    response.data = transforms.reduce<unknown>(
      (data, transform) => transform.call(config, data, headers, response.status),
      response.data,
    );
  } catch {
    return;
  }
  keepAsItIs(config);
}

/** Has axios leave the data of the answer that comes next as it is. */
export function keepAsItIs(config: InternalAxiosRequestConfig): void {
  const { transformResponse } = config;
  config.transformResponse = [
    (data: unknown): unknown => {
      config.transformResponse = transformResponse;
      return data;
    },
  ];
}
