import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

type Transform = (this: unknown, data: unknown, headers: unknown, status?: number) => unknown;

/**
 * Runs the request's `transformResponse` on an answer, as axios does after its adapter, so that a user's condition sees
 * what the caller would get. axios then has nothing left to do, so no transform runs twice. If a transform throws, the
 * answer stays as it came, and axios fails with that error.
 */
export function transformNow(response: AxiosResponse, config: InternalAxiosRequestConfig): void {
  const { transformResponse } = config;
  const transforms = [transformResponse ?? []].flat() as Transform[];
  const { from } = config.headers.constructor as unknown as { from?: (headers: unknown) => unknown };
  const headers =
    typeof from === 'function' ? from.call(config.headers.constructor, response.headers) : response.headers;
  // Where axios has it while transforms run: its own puts the answer on an error about JSON.
  const target = config as { response?: AxiosResponse };
  target.response = response;
  try {
    response.data = transforms.reduce<unknown>(
      (data, transform) => transform.call(config, data, headers, response.status),
      response.data,
    );
    keepAsItIs(config);
  } catch (error) {
    transformNextBy(config, () => {
      throw error;
    });
  } finally {
    delete target.response;
  }
}

/** Has axios leave the data of the answer that comes next as it is. */
export function keepAsItIs(config: InternalAxiosRequestConfig): void {
  transformNextBy(config, (data) => data);
}

/** Has axios transform the answer that comes next by this alone. */
function transformNextBy(config: InternalAxiosRequestConfig, transform: (data: unknown) => unknown): void {
  const { transformResponse } = config;
  config.transformResponse = [
    (data: unknown): unknown => {
      config.transformResponse = transformResponse;
      return transform(data);
    },
  ];
}
