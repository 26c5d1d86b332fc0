import { AxiosError, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';

type Made = Partial<Omit<AxiosResponse, 'config'>> | Promise<never>;

/** One step: a status, or what the adapter does with the request. */
export type Step = number | ((config: InternalAxiosRequestConfig) => Made);

/** An adapter that takes these steps in turn, then answers 200, and settles as those of axios do; it keeps what it was handed. */
export function scripted(...steps: Step[]): { adapter: AxiosAdapter; seen: InternalAxiosRequestConfig[] } {
  const seen: InternalAxiosRequestConfig[] = [];
  return {
    seen,
    adapter: async (config) => {
      const step = steps[seen.length] ?? 200;
      seen.push(config);
      const made = typeof step === 'number' ? { status: step } : await step(config);
      const response = { status: 200, statusText: '', data: '{}', headers: {}, config, ...made };
      const { status } = response;
      if (!status || !config.validateStatus || config.validateStatus(status)) return response;
      throw new AxiosError(`refused ${status}`, 'ERR_BAD_RESPONSE', config, undefined, response);
    },
  };
}

/** A step that fails with this. */
export const failing =
  (error: unknown): Step =>
  () =>
    Promise.reject(error as Error);
