import { Retrying, stop } from 'tenax';
import { thrown } from '../thrown';

const reason = new Error('enough');

describe('a call with a signal', () => {
  test('that aborted before does not begin', async () => {
    const fn = jest.fn();
    const policy = new Retrying({ signal: AbortSignal.abort(reason), stop: stop.never });
    expect(await thrown(policy.call(fn))).toBe(reason);
    expect(fn).not.toHaveBeenCalled();
    expect(policy.totals).toMatchObject({ calls: 1, failed: 1 });
  });

  test('ends while its function hangs, and counts one failure', async () => {
    const controller = new AbortController();
    const policy = new Retrying({ signal: controller.signal, stop: stop.never });
    const pending = policy.call(() => new Promise(() => undefined));
    controller.abort(reason);
    expect(await thrown(pending)).toBe(reason);
    expect(policy.totals.failed).toBe(1);
  });

  test('leads the stack of a failure to its caller, and leaves that of the reason alone', async () => {
    const policy = new Retrying({ signal: new AbortController().signal, stop: stop.afterAttempt(1), reraise: true });
    const callerOfThis = async (): Promise<unknown> => policy.call(() => Promise.reject(new Error('down')));
    expect((await thrown<Error>(callerOfThis())).stack).toContain('callerOfThis');
    const { stack } = reason;
    await thrown(new Retrying({ signal: AbortSignal.abort(reason), stop: stop.never }).call(() => 1));
    expect(reason.stack).toBe(stack);
  });
});
