import type { RetryCallState } from '../../../call/call-state.js';
import { AttemptTimeoutError } from '../../../engine/errors.js';
import { Source } from '../../../engine/source.js';
import { withTimeout } from '../../../engine/timeout.js';
import type { HttpCall } from '../http-call.js';
import type { Answer } from '../transport.js';
import type { Chunks } from './body-transport.js';

/** The body of one answer. It fails after `idleTimeout` without a chunk. */
export class IdleBody<Response extends Answer> implements Chunks {
  private readonly source: Source<Uint8Array>;
  private over = false;

  /** @param ended Called once when the body has ended. */
  constructor(
    private readonly http: HttpCall<any, any, Response>,
    /** Kept as long as its body, since platforms cancel the body of a Response that was garbage-collected. */
    readonly owner: Response,
    stream: object,
    private readonly idleTimeout: number,
    private readonly ended: () => void,
  ) {
    this.source = Source.of<Uint8Array>(stream);
  }

  async pull(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const result = await this.read();
        if (result.done === true || this.over) break;
        if (result.value.byteLength > 0) return result.value;
      }
    } catch (error) {
      if (this.over) return undefined;
      this.cancel();
      const { aborted } = this.http.signal;
      throw aborted === undefined ? error : this.http.abortError(aborted.reason);
    }
    this.cancel();
    return undefined;
  }

  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.source.close();
    this.ended();
  }

  private read(): Promise<IteratorResult<Uint8Array>> {
    const { http, source, idleTimeout: ms } = this;
    const { clock } = http.client.retrying.policy;
    const timeoutError = (): Error => {
      const { attemptNumber } = http.state as RetryCallState;
      return new AttemptTimeoutError(`${http.facts.method} ${http.url}`, attemptNumber, 'idleTimeout', ms);
    };
    return withTimeout({ clock, ms, signal: http.signal.current, timeoutError }, () => source.next());
  }
}
