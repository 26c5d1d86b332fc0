import { itemsOf } from '../../../lib/http/paginate/items.js';
import type { Plan } from '../../../lib/http/paginate/plan.js';

const page = (data: unknown, status = 200) => ({ status, headers: {}, data });
const plan = (items?: Plan['items']): Plan => ({ items }) as Plan;

describe('itemsOf', () => {
  test.each([[[1]], [{ items: [1] }], [{ results: [1] }], [{ data: [1] }]])('finds the items of %j', (body) => {
    expect(itemsOf(page(body), plan())).toEqual([1]);
  });

  test.each([
    ['a 204', page(undefined, 204)],
    ['a 204 whose body is null', page(null, 204)],
    ['a body of blanks', page(' \n')],
    ['no body', page(undefined)],
  ])('finds none in %s, without asking the option items', (_what, response) => {
    const items = jest.fn();
    expect(itemsOf(response, plan(items))).toEqual([]);
    expect(items).not.toHaveBeenCalled();
  });

  test('asks the option items, which must return an array', () => {
    expect(
      itemsOf(
        page({ rows: [1, 2] }),
        plan(({ rows }) => rows),
      ),
    ).toEqual([1, 2]);
    expect(() =>
      itemsOf(
        page({ rows: 5 }),
        plan(({ rows }) => rows),
      ),
    ).toThrow('items must return an array');
  });

  test.each([5, 'text', { rows: [1] }, null])('throws for %j, in which it finds no items', (body) => {
    expect(() => itemsOf(page(body), plan())).toThrow(/use the option items/);
  });
});
