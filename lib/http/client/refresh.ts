import { checkCallback, checkWhole, formatValue } from '../../base/check.js';
import { setCause } from '../../base/set-cause.js';
import type { MaybeAsync } from '../../base/thenable.js';
import type { Outcome } from '../../call/outcome.js';
import type { ClientError, HttpError } from '../errors.js';
import { holdsRequest, withoutSecrets } from '../without-secrets.js';
import type { RequestFacts } from './transport.js';

/** The parts of a call that a refresh uses. */
interface RefreshableCall {
  readonly client: {
    readonly options: RefreshOptions;
    readonly transport: { discard?(response: unknown): void };
  };
  readonly facts: RequestFacts;
  readonly request: object;
  /** The typed error of the latest answer. */
  readonly failure: HttpError | undefined;
  /** How many refreshes had succeeded when the latest attempt got its credentials. */
  readonly generation: number | undefined;
  /** Whether credentials were refreshed for this call. */
  refreshed: boolean;
  final: { readonly error: unknown; readonly forCaller: unknown } | undefined;
}

/** Renews credentials after an answer such as a 401. */
export type Refresh<Request = any> = (error: ClientError, request: Request) => unknown;

/** Options of HTTP clients about expired credentials. */
export interface RefreshOptions<Request = any> {
  /**
   * Renews credentials after an answer of `refreshOn`. It is called once, however many requests get such an answer at the same
   * time. Then each of them is sent once more, after `beforeAttempt`. `false` turns it off for a request.
   */
  readonly refresh?: Refresh<Request> | false | undefined;
  /** The statuses that call `refresh`. Default `[401]`. */
  readonly refreshOn?: readonly number[] | undefined;
}

/** @throws TypeError or RangeError that names the option and what it takes. */
export function checkRefreshOptions({ refresh, refreshOn }: RefreshOptions): void {
  if (refresh !== undefined && refresh !== false) {
    checkCallback('refresh', refresh, 'a function that makes the credentials fresh, or false');
  }
  if (refreshOn === undefined) return;
  if (!Array.isArray(refreshOn))
    throw new TypeError(`refreshOn takes a list of statuses ([401]), got ${formatValue(refreshOn)}`);
  for (const status of refreshOn as unknown[]) {
    if (checkWhole('refreshOn', status, 400) > 599) {
      throw new RangeError(`refreshOn takes statuses from 400 to 599, got ${status as number}`);
    }
  }
}

/** The statuses that call `refresh`. */
export const refreshStatuses = ({ refreshOn = [401] }: RefreshOptions): readonly number[] => refreshOn;

const refreshers = new WeakMap<Refresh, Refresher>();

/** Runs a refresh function, once at a time, for all clients and requests that use it. */
export class Refresher {
  /** How many refreshes have succeeded. A request that was sent before the latest one is sent again without a refresh. */
  generation = 0;
  readonly #refresh: Refresh;
  #running: Promise<void> | undefined;

  private constructor(refresh: Refresh) {
    this.#refresh = refresh;
  }

  /** The refresher of a function: clients that share the function share its refreshes. */
  static of(refresh: Refresh): Refresher {
    let refresher = refreshers.get(refresh);
    if (refresher === undefined) refreshers.set(refresh, (refresher = new Refresher(refresh)));
    return refresher;
  }

  /** Waits for the refresh in progress, or starts one. Rejects if it fails. */
  run(error: HttpError, request: unknown): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    const running = this.#start(error, request);
    const clear = (): void => {
      this.#running = undefined;
    };
    // Attached first, so that callers that wait see the refresh as over. It also handles a rejection that nobody waits for.
    running.then(clear, clear);
    this.#running = running;
    return running;
  }

  async #start(error: HttpError, request: unknown): Promise<void> {
    await this.#refresh(error, request);
    this.generation += 1;
  }
}

/**
 * Whether a request is sent once more within its attempt: after an answer such as a 401, once `refresh` has renewed the
 * credentials.
 */
export function mayResend(call: RefreshableCall, refresher: Refresher, outcome: Outcome): MaybeAsync<boolean> {
  const { failure, client } = call;
  if (call.refreshed || failure === undefined || !outcome.failed || outcome.error !== failure) return false;
  if (!refreshStatuses(client.options).includes(failure.status)) return false;
  call.refreshed = true;
  return refresh(call, refresher, failure);
}

async function refresh(call: RefreshableCall, refresher: Refresher, failure: HttpError): Promise<boolean> {
  // If a refresh has succeeded since the request was sent, no further one is needed.
  if (call.generation === refresher.generation) {
    try {
      await refresher.run(failure, call.request);
    } catch (error) {
      setCause(failure, holdsRequest(error) ? withoutSecrets(error) : error);
      call.final = { error: failure, forCaller: failure };
      return false;
    }
  }
  if (call.facts.notReplayable !== undefined) return false;
  call.client.transport.discard?.(failure.response);
  return true;
}
