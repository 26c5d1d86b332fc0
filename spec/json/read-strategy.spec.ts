import { type RetryStrategy } from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { raised } from '../strategies/states';

describe('every strategy has a name in JSON', () => {
  test.each([
    ['{"never":{}}', 'stop.never'],
    ['{"afterAttempt":3}', 'stop.afterAttempt(3)'],
    ['{"afterDelay":3}', 'stop.afterDelay(3)'],
    ['{"beforeDelay":3}', 'stop.beforeDelay(3)'],
    ['{"any":[{"never":{}}]}', 'stop.any(stop.never)'],
    ['{"all":[{"never":{}},{"afterDelay":3}]}', 'stop.all(stop.never, stop.afterDelay(3))'],
  ])('stop: %s', (json, written) => {
    const policy = { stop: JSON.parse(json) as unknown };
    expect(String(policyFromJSON(policy).stop)).toBe(written);
    expect(JSON.parse(JSON.stringify(policyFromJSON(policy)))).toEqual(policy);
  });

  test.each([
    ['{"none":{}}', 'wait.none()'],
    ['{"fixed":5}', 'wait.fixed(5)'],
    ['{"random":{"min":1,"max":2}}', 'wait.random({ min: 1, max: 2 })'],
    ['{"incrementing":{"start":1,"increment":-2,"max":3}}', 'wait.incrementing({ start: 1, increment: -2, max: 3 })'],
    [
      '{"exponential":{"initial":1,"max":4,"expBase":3,"min":1}}',
      'wait.exponential({ initial: 1, max: 4, expBase: 3, min: 1 })',
    ],
    ['{"randomExponential":{"initial":1}}', 'wait.randomExponential({ initial: 1 })'],
    ['{"fullJitter":{"max":4}}', 'wait.fullJitter({ max: 4 })'],
    ['{"exponentialJitter":{"min":1,"jitter":4}}', 'wait.exponentialJitter({ min: 1, jitter: 4 })'],
    ['{"decorrelatedJitter":{"base":1,"max":4}}', 'wait.decorrelatedJitter({ base: 1, max: 4 })'],
    ['{"fibonacci":{"initial":1,"max":4}}', 'wait.fibonacci({ initial: 1, max: 4 })'],
    ['{"chain":[{"fixed":1},{"fixed":2}]}', 'wait.chain(wait.fixed(1), wait.fixed(2))'],
    ['{"combine":[{"fixed":1},{"none":{}}]}', 'wait.combine(wait.fixed(1), wait.none())'],
    ['{"retryAfter":{"max":9,"fallback":{"fixed":1}}}', 'wait.retryAfter({ max: 9, fallback: wait.fixed(1) })'],
    ['{"cappedAt":[{"fixed":1},2]}', 'wait.fixed(1).cappedAt(2)'],
    ['{"atLeast":[{"fixed":1},2]}', 'wait.fixed(1).atLeast(2)'],
    ['{"withJitter":[{"fixed":1},0.5]}', 'wait.fixed(1).withJitter(0.5)'],
  ])('wait: %s', (json, written) => {
    const policy = { wait: JSON.parse(json) as unknown };
    expect(String(policyFromJSON(policy).wait)).toBe(written);
    expect(JSON.parse(JSON.stringify(policyFromJSON(policy)))).toEqual(policy);
  });

  test.each([
    ['{"always":{}}', 'retryIf.always'],
    ['{"never":{}}', 'retryIf.never'],
    ['{"exception":{}}', 'retryIf.exception()'],
    ['{"exceptionType":["TypeError"]}', 'retryIf.exceptionType(TypeError)'],
    ['{"exceptionType":{}}', 'retryIf.exceptionType()'],
    ['{"notExceptionType":["TypeError","TryAgain"]}', 'retryIf.notExceptionType(TypeError, TryAgain)'],
    ['{"unlessExceptionType":["TypeError"]}', 'retryIf.unlessExceptionType(TypeError)'],
    ['{"exceptionCauseType":["TypeError"]}', 'retryIf.exceptionCauseType(TypeError)'],
    ['{"exceptionMessage":{"message":"a"}}', "retryIf.exceptionMessage({ message: 'a' })"],
    ['{"exceptionMessage":{"match":"a+"}}', "retryIf.exceptionMessage({ match: 'a+' })"],
    ['{"notExceptionMessage":{"message":"a"}}', "retryIf.notExceptionMessage({ message: 'a' })"],
    ['{"notExceptionMessage":{"match":{"source":"a+","flags":"i"}}}', 'retryIf.notExceptionMessage({ match: /a+/i })'],
    ['{"any":[{"always":{}},{"never":{}}]}', 'retryIf.any(retryIf.always, retryIf.never)'],
    ['{"all":[{"always":{}}]}', 'retryIf.all(retryIf.always)'],
    ['{"status":[429,"5xx"]}', "retryIfHttp.status(429, '5xx')"],
    ['{"networkError":{}}', 'retryIfHttp.networkError()'],
    ['{"not":{"always":{}}}', 'retryIf.always.not()'],
  ])('retryIf: %s', (json, written) => {
    const policy = { retryIf: JSON.parse(json) as unknown };
    expect(String(policyFromJSON(policy).retryIf)).toBe(written);
    expect(JSON.parse(JSON.stringify(policyFromJSON(policy)))).toEqual(policy);
  });

  test('and what is no strategy is taken as it stands', () => {
    const plain = { reraise: true, attemptTimeout: 5, deadline: 50, name: 'sync', enabled: false };
    expect(policyFromJSON(plain)).toEqual(plain);
  });
});

describe('a pattern in JSON', () => {
  test('needs no flags', () => {
    const { retryIf } = policyFromJSON({ retryIf: { exceptionMessage: { match: { source: 'a+' } } } }) as {
      retryIf: RetryStrategy;
    };
    expect(String(retryIf)).toBe('retryIf.exceptionMessage({ match: /a+/ })');
    expect([retryIf.shouldRetry(raised(new Error('aab'))), retryIf.shouldRetry(raised(new Error('AAB')))]).toEqual([
      true,
      false,
    ]);
  });

  test('is refused whole where it is spread over two lines', () => {
    expect(() => policyFromJSON({ retryIf: { exceptionMessage: { match: '(\n' } } })).toThrow(
      /^retryIf\.exceptionMessage\.match takes the source of a RegExp: .*\n.*Unterminated group$/,
    );
  });
});
