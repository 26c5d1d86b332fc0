import { leadToCaller } from '../../lib/base/lead-to-caller';
import { thrown } from '../thrown';

/** Rejects with an error that was made elsewhere, as a library does. */
async function rejecting(error: unknown): Promise<never> {
  await undefined;
  throw leadToCaller(error, rejecting);
}

async function theCaller(error: unknown): Promise<never> {
  return await rejecting(error);
}

/** An error whose stack is full of frames of a library. */
const foreign = (): Error =>
  Object.assign(new Error('failed'), { stack: 'Error: failed\n    at library (lib.js:1:1)' });

describe('leadToCaller', () => {
  test('appends the frames of whoever awaits the call', async () => {
    const error = foreign();
    expect(await thrown(theCaller(error))).toBe(error);
    expect(error.stack).toMatch(/^Error: failed\n {4}at library \(lib.js:1:1\)\n[^]*theCaller/);
    expect(error.stack).not.toContain('at rejecting');
  });

  test('appends nothing twice', async () => {
    const error = foreign();
    await thrown(theCaller(error));
    const { stack } = error;
    await thrown(rejecting(error).catch((again: unknown) => Promise.reject(again as Error)));
    expect(error.stack?.split('theCaller')).toHaveLength(stack?.split('theCaller').length as number);
  });

  test.each([['a text'], [undefined], [Object.freeze(new Error('frozen'))]])('leaves %p as it is', async (error) => {
    expect(await thrown(theCaller(error))).toBe(error);
  });
});

test('An error whose stack is no text stays as it is', async () => {
  const error = Object.assign(new Error('failed'), { stack: undefined });
  expect(await thrown(theCaller(error))).toBe(error);
  expect(error.stack).toBeUndefined();
});
