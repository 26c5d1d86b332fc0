import { isSame } from '../../lib/axios/client.js';

const shared = (): void => undefined;
class Own {
  readonly x = 1;
}
const logger = new Own();
/** The index of a list as the key of an object. */
const likeAList = { 0: 1 };

test.each<[unknown, unknown]>([
  [undefined, undefined],
  [null, null],
  [false, false],
  [NaN, NaN],
  [shared, shared],
  [{}, {}],
  [[], []],
  [
    { a: 1, wait: shared },
    { a: 1, wait: shared },
  ],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }],
  [{ logger }, { logger }],
  [{ a: 1 }, Object.assign(Object.create(null) as object, { a: 1 })],
])('options %p are the same as their copy', (one, other) => {
  expect([isSame(one, other), isSame(other, one)]).toEqual([true, true]);
});

test.each<[unknown, unknown]>([
  [undefined, null],
  [undefined, {}],
  [null, {}],
  [false, {}],
  ['', []],
  [1, 2],
  [{}, []],
  [likeAList, [1]],
  [{ a: 1 }, {}],
  [{ a: 1 }, { a: 2 }],
  [{ a: { b: [1] } }, { a: { b: [2] } }],
  [[1], [1, 2]],
  [new Own(), new Own()],
  [new Own(), { x: 1 }],
  [{ wait: () => 1 }, { wait: () => 1 }],
])('options %p and %p are not the same', (one, other) => {
  expect([isSame(one, other), isSame(other, one)]).toEqual([false, false]);
});
