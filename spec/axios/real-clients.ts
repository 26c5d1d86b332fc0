import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { wait } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { serve, type Answer, type RealServer, type Seen } from './real-server.js';

/** Real servers, so real time: the waits are a millisecond. */
export const quick = { wait: wait.fixed(1) };

/** Clients that send through this adapter to a server of the spec's own. It is closed when the spec ends. */
export function realClients(adapter: AxiosRequestConfig = {}): {
  /** The server's address. */
  url(): string;
  /** What it has seen. */
  seen(): Seen[];
  /** Starts it; one that was there is closed. */
  serve(answer: Answer): Promise<void>;
  /** Closes it: its address is one at which nobody listens. */
  close(): Promise<void>;
  /** Starts it, with an instance in front of it. */
  instanceFor(answer: Answer, config?: AxiosRequestConfig): Promise<AxiosInstance>;
  /** Starts it, with a RetryingAxios in front of it. */
  apiFor(answer: Answer, options?: AxiosRetryOptions, config?: AxiosRequestConfig): Promise<RetryingAxios>;
} {
  let server: RealServer | undefined;
  const there = (): RealServer => server as RealServer;
  const close = async (): Promise<void> => server?.close();
  afterEach(close);
  const front = {
    url: () => there().url,
    seen: () => there().seen,
    close,
    async serve(answer: Answer) {
      await close();
      server = await serve(answer);
    },
    async instanceFor(answer: Answer, config: AxiosRequestConfig = {}) {
      await front.serve(answer);
      return axios.create({ baseURL: there().url, ...adapter, ...config } as never);
    },
    async apiFor(answer: Answer, options: AxiosRetryOptions = {}, config: AxiosRequestConfig = {}) {
      return new RetryingAxios(await front.instanceFor(answer, config), { ...quick, ...options });
    },
  };
  return front;
}
