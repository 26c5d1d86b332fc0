import { Retry, Throttle, TokenBucket, stop } from 'tenax';

type Loose = (...args: unknown[]) => unknown;
const retry = Retry({ stop: stop.afterAttempt(2) }) as unknown as Loose;
const throttle = Throttle(new TokenBucket({ rate: 1 })) as unknown as Loose;

class Sample {
  field = 1;

  async method(): Promise<void> {
    return undefined;
  }

  get value(): number {
    return 1;
  }

  set other(_value: number) {
    this.field = 2;
  }

  *generator(): Generator<number> {
    yield 1;
  }

  async *asyncGenerator(): AsyncGenerator<number> {
    yield 1;
  }
}

const descriptorOf = (key: string) => Object.getOwnPropertyDescriptor(Sample.prototype, key);
const fn = (key: string): unknown => descriptorOf(key)?.value;

describe('untyped callers are told', () => {
  it.each<[string, unknown[], RegExp]>([
    ['a getter', [Sample.prototype, 'value', descriptorOf('value')], /Sample\.value/],
    ['a setter', [Sample.prototype, 'other', descriptorOf('other')], /Sample\.other/],
    ['a field', [Sample.prototype, 'field', undefined], /Sample\.field/],
    ['a generator', [Sample.prototype, 'generator', descriptorOf('generator')], /generator Sample\.generator/],
    [
      'an async generator',
      [Sample.prototype, 'asyncGenerator', descriptorOf('asyncGenerator')],
      /Sample\.asyncGenerator/,
    ],
    ['a class', [Sample], /class Sample/],
  ])('under experimentalDecorators: %s', (_what, args, message) => {
    expect(() => retry(...args)).toThrow(TypeError);
    expect(() => retry(...args)).toThrow(message);
    expect(() => throttle(...args)).toThrow(message);
  });

  it.each<[string, unknown[], RegExp]>([
    ['a getter', [() => 1, { kind: 'getter', name: 'value' }], /getter value/],
    ['a setter', [() => 1, { kind: 'setter', name: 'other' }], /setter other/],
    ['a field', [undefined, { kind: 'field', name: 'field' }], /field field/],
    ['an accessor', [{}, { kind: 'accessor', name: 'field' }], /accessor field/],
    ['a class', [Sample, { kind: 'class', name: 'Sample' }], /class Sample/],
    ['a generator', [fn('generator'), { kind: 'method', name: 'generator' }], /generator generator/],
    ['an async generator', [fn('asyncGenerator'), { kind: 'method', name: 'asyncGenerator' }], /asyncGenerator/],
  ])('under standard decorators: %s', (_what, args, message) => {
    expect(() => retry(...args)).toThrow(TypeError);
    expect(() => retry(...args)).toThrow(message);
  });

  test('of wrong options when the class is defined', () => {
    expect(() => Retry({ wait: stop.never } as never)).toThrow(/wait takes a wait strategy.*got the stop strategy/);
    expect(() => Retry(stop.afterAttempt(3) as never)).toThrow('{ stop: stop.afterAttempt(3) }');
    expect(() => Retry(3 as never)).toThrow(TypeError);
    expect(() => Retry(null as never)).toThrow(TypeError);
    expect(() => Throttle({} as never)).toThrow(TypeError);
    expect(() => Throttle(new TokenBucket({ rate: 1 }), { token: 1 } as never)).toThrow('did you mean "tokens"?');
  });
});
