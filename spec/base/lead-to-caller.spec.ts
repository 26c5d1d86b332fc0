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

  test('appends one frame a line, and nothing but frames', async () => {
    const error = Object.assign(new Error(), { stack: 'busy' });
    await thrown(theCaller(error));
    const [first, ...frames] = error.stack.split('\n');
    expect([first, frames.length > 1]).toEqual(['busy', true]);
    for (const frame of frames) expect(frame.split('    at ')).toEqual(['', expect.stringMatching(/./)]);
  });

  test('appends nothing twice', async () => {
    const error = foreign();
    const stacks: unknown[] = [];
    for (let time = 0; time < 2; time += 1) {
      await thrown(theCaller(error));
      stacks.push(error.stack);
    }
    expect(stacks[1]).toBe(stacks[0]);
    expect(error.stack?.match(/theCaller/g)).toHaveLength(1);
  });

  test.each([['a text'], [undefined], [Object.freeze(new Error('frozen'))]])('leaves %p as it is', async (error) => {
    expect(await thrown(theCaller(error))).toBe(error);
  });
});

test('Where an engine cannot capture a stack, an error stays as it is', () => {
  const own = Object.getOwnPropertyDescriptor(Error, 'captureStackTrace') as PropertyDescriptor;
  Reflect.deleteProperty(Error, 'captureStackTrace');
  try {
    jest.isolateModules(() => {
      const elsewhere = jest.requireActual<typeof import('../../lib/base/lead-to-caller')>(
        '../../lib/base/lead-to-caller',
      );
      const error = foreign();
      expect(elsewhere.leadToCaller(error, theCaller)).toBe(error);
      expect(error.stack).toBe(foreign().stack);
    });
  } finally {
    Object.defineProperty(Error, 'captureStackTrace', own);
  }
});

test('An error whose stack is no text stays as it is', async () => {
  const error = Object.assign(new Error('failed'), { stack: undefined });
  expect(await thrown(theCaller(error))).toBe(error);
  expect(error.stack).toBeUndefined();
});
