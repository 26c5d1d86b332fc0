import { RetryStrategy, retryIf, type RetryCallState } from 'tenax';
import { answered, raised } from './states';

const ask = (strategy: RetryStrategy, state: RetryCallState) => strategy.shouldRetry(state);

class Parent extends Error {}
class Child extends Parent {}
class Other extends Error {}
abstract class Abstract extends Error {}
class Concrete extends Abstract {}

const [child, other] = [new Child('child'), new Other('other')];
const value = answered(1);

/** Asks about a Child, an Other, a thrown text, and a value. */
const fourfold = (strategy: RetryStrategy) =>
  [raised(child), raised(other), raised('text'), value].map((state) => ask(strategy, state));

describe('retryIf', () => {
  test('always and never', () => {
    expect(fourfold(retryIf.always)).toEqual([true, true, true, true]);
    expect(fourfold(retryIf.never)).toEqual([false, false, false, false]);
  });

  test('exception: any error but an abort, or those for which a function holds', async () => {
    expect(fourfold(retryIf.exception())).toEqual([true, true, true, false]);
    expect(ask(retryIf.exception(), raised(new DOMException('gone', 'AbortError')))).toBe(false);
    expect(ask(retryIf.exception(), raised({ name: 'CanceledError' }))).toBe(false);
    expect(fourfold(retryIf.exception((error) => error === child))).toEqual([true, false, false, false]);
    expect(
      await ask(
        retryIf.exception(async () => true),
        raised(child),
      ),
    ).toBe(true);
  });

  test('exceptionType: errors of these classes, their subclasses too', () => {
    expect(fourfold(retryIf.exceptionType(Parent))).toEqual([true, false, false, false]);
    expect(fourfold(retryIf.exceptionType(Parent, Other))).toEqual([true, true, false, false]);
    expect(fourfold(retryIf.exceptionType())).toEqual([true, true, false, false]);
    expect(ask(retryIf.exceptionType(Abstract), raised(new Concrete()))).toBe(true);
  });

  test('notExceptionType: errors of any other class, never a value', () => {
    expect(fourfold(retryIf.notExceptionType(Parent))).toEqual([false, true, true, false]);
    expect(fourfold(retryIf.notExceptionType())).toEqual([false, false, true, false]);
  });

  test('unlessExceptionType: until such an error comes, values too', () => {
    expect(fourfold(retryIf.unlessExceptionType(Parent))).toEqual([false, true, true, true]);
    expect(fourfold(retryIf.unlessExceptionType())).toEqual([false, false, true, true]);
  });

  test('exceptionCauseType: anywhere in the chain of causes, which may be circular', () => {
    const deep = new Error('a', { cause: new Error('b', { cause: child }) });
    const circle: Error & { cause?: unknown } = new Error('c');
    circle.cause = new Error('d', { cause: circle });
    expect(ask(retryIf.exceptionCauseType(Parent), raised(deep))).toBe(true);
    expect(ask(retryIf.exceptionCauseType(Other), raised(deep))).toBe(false);
    expect(ask(retryIf.exceptionCauseType(Parent), raised(circle))).toBe(false);
    expect(ask(retryIf.exceptionCauseType(Parent), raised(child))).toBe(false);
    expect(ask(retryIf.exceptionCauseType(), raised(deep))).toBe(true);
    for (const thrown of ['text', null, undefined]) {
      expect(ask(retryIf.exceptionCauseType(Parent), raised(thrown))).toBe(false);
    }
    expect(ask(retryIf.exceptionCauseType(Parent), value)).toBe(false);
  });

  test('exceptionMessage: the very text, or a pattern that it begins with', () => {
    const about = (condition: Parameters<typeof retryIf.exceptionMessage>[0], message: unknown) =>
      ask(retryIf.exceptionMessage(condition), raised(typeof message === 'string' ? new Error(message) : message));
    expect([about({ message: 'busy' }, 'busy'), about({ message: 'busy' }, 'busy now')]).toEqual([true, false]);
    expect([about({ match: 'bu+' }, 'buuusy'), about({ match: 'usy' }, 'busy')]).toEqual([true, false]);
    expect([about({ match: /BUSY/i }, 'busy'), about({ match: /^busy/m }, 'x\nbusy')]).toEqual([true, false]);
    expect([about({ match: '4' }, 42), about({ message: 'undefined' }, undefined)]).toEqual([true, true]);
    expect(ask(retryIf.exceptionMessage({ message: '1' }), answered('1'))).toBe(false);
  });

  test('exceptionMessage with a stateful pattern answers the same every time', () => {
    for (const match of [/busy/g, /busy/y, /busy/gy]) {
      const strategy = retryIf.exceptionMessage({ match });
      match.lastIndex = 3;
      expect([1, 2, 3].map(() => ask(strategy, raised(new Error('busy'))))).toEqual([true, true, true]);
      expect(match.lastIndex).toBe(3);
    }
  });

  test('notExceptionMessage: another message, and every value', () => {
    const strategy = retryIf.notExceptionMessage({ match: 'chi' });
    expect(fourfold(strategy)).toEqual([false, true, true, true]);
  });

  test('result and notResult: values, never an error', async () => {
    const isOne = (result: number) => result === 1;
    expect(fourfold(retryIf.result(isOne))).toEqual([false, false, false, true]);
    expect(fourfold(retryIf.notResult(isOne))).toEqual([false, false, false, false]);
    expect(ask(retryIf.notResult(isOne), answered(2))).toBe(true);
    expect(
      await ask(
        retryIf.notResult(async (result) => result === 1),
        value,
      ),
    ).toBe(false);
  });

  test('not: the plain negation, of values too, async ones too', async () => {
    expect(fourfold(retryIf.exceptionType(Parent).not())).toEqual([false, true, true, true]);
    expect(await ask(retryIf.exception(async () => true).not(), raised(child))).toBe(false);
  });

  test('any and all ask in order, up to the first answer that decides', () => {
    const told: string[] = [];
    const says = (name: string, answer: boolean) => () => {
      told.push(name);
      return answer;
    };
    expect(ask(retryIf.never.or(says('a', true), says('b', false)), value)).toBe(true);
    expect(ask(retryIf.always.and(says('c', false), says('d', true)), value)).toBe(false);
    expect(told.join('')).toBe('ac');
  });
});
