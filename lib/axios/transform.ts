import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

type Transform = (this: unknown, data: unknown, headers: unknown, status?: number) => unknown;

/**
 * Runs the request's `transformResponse` on an answer, as axios does after its adapter, so that every part of the policy sees
 * the same data as the caller. axios then skips its own transforms, so none runs twice. If a transform throws, the answer stays
 * unchanged, and axios rejects with that error.
 */
export function transformNow(response: AxiosResponse, config: InternalAxiosRequestConfig): void {
  const given = config.transformResponse ?? [];
  const transforms = (Array.isArray(given) ? given : [given]) as Transform[];
  const { from } = config.headers.constructor as unknown as { from?: (headers: unknown) => unknown };
  // The answer keeps its plain headers, which the policy reads faster.
  const headers =
    typeof from === 'function' ? from.call(config.headers.constructor, response.headers) : response.headers;
  // axios sets this while transforms run: its own transform adds the answer to a JSON error.
  const target = config as { response?: AxiosResponse };
  target.response = response;
  try {
    response.data = transforms.reduce<unknown>(
      (data, transform) => transform.call(config, data, headers, response.status),
      response.data,
    );
    skipTransforms(config);
  } catch (error) {
    transformNextBy(config, () => {
      throw error;
    });
  } finally {
    delete target.response;
  }
}

/** Makes axios leave the data of the next answer unchanged. */
export function skipTransforms(config: InternalAxiosRequestConfig): void {
  transformNextBy(config, (data) => data);
}

/** Makes axios transform the next answer with this function only. */
function transformNextBy(config: InternalAxiosRequestConfig, transform: (data: unknown) => unknown): void {
  const { transformResponse } = config;
  config.transformResponse = [
    (data: unknown): unknown => {
      config.transformResponse = transformResponse;
      return transform(data);
    },
  ];
}
