import { dormant, keepShapes } from '../../lib/engine/keep-shapes.js';
import { createRetrying } from '../../lib/engine/retrying.js';

test('keepShapes makes one call, with a policy of its own, however often it is asked', () => {
  const make = jest.fn(createRetrying);
  keepShapes(make);
  keepShapes(make);
  expect(make.mock.calls).toEqual([[{}, { quiet: true }]]);
  expect(dormant?.state.fn()).toBeUndefined();
});
