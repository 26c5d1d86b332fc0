import { runInNewContext } from 'node:vm';
import { isError } from '../../lib/base/is-error';

class Tagged extends Error {
  get [Symbol.toStringTag](): string {
    return 'Tagged';
  }
}

describe('isError', () => {
  test.each<[string, unknown, boolean]>([
    ['an Error', new Error(), true],
    ['an error of a class', new Tagged(), true],
    ['a DOMException', new DOMException('gone'), true],
    ['an error of another realm', foreign(), true],
    ['one of a class of another realm that calls itself otherwise', foreignTagged(), true],
    ['one of a class without a stack', Object.assign(new Tagged(), { stack: undefined }), true],
    ['one of another realm without a stack', Object.assign(foreign(), { stack: undefined }), true],
    ['what has the form of an error', { name: 'Error', message: 'busy', stack: 'Error: busy' }, true],
    ['what has no stack', { name: 'Error', message: 'busy' }, false],
    ['a text', 'Error', false],
    ['null', null, false],
    ['nothing', undefined, false],
  ])('of %s', (_what, value, is) => {
    expect(isError(value)).toBe(is);
  });
});

function foreign(): object {
  return runInNewContext('new TypeError()') as object;
}

function foreignTagged(): unknown {
  return runInNewContext("new (class extends Error { get [Symbol.toStringTag]() { return 'Tagged' } })()");
}
