import { lastPage } from '../../../lib/http/paginate/last-page.js';

const counting = { pageParam: 'page', firstPage: 1 };
const link = (value: string) => ({ link: value });

describe('lastPage', () => {
  test.each<[string, object, unknown, number | undefined]>([
    ['a Link', link('<https://api.test/items?q=1&page=7&per_page=10>; rel="last"'), [], 7],
    ['a relative Link among others', link('</items?page=2>; rel="next", <?page=9>; rel=last'), [], 9],
    ['a Link whose first parameter is the page', link('<https://api.test/items?page=7>; rel="last"'), [], 7],
    ['a Link of several lines', { link: ['<?page=2>; rel="next"', '<?page=9>; rel="last"'] }, [], 9],
    ['a Link before all else', { ...link('<?page=9>; rel=last'), 'x-total-count': '5' }, { total: 5 }, 9],
    ['X-Total-Count', { 'X-Total-Count': '91' }, [], 10],
    ['X-Total', { 'x-total': '90' }, [], 9],
    ['X-Total-Count before X-Total', { 'x-total': '5', 'x-total-count': '91' }, [], 10],
    ['X-Total-Count of a Headers object', new Headers({ 'x-total-count': ' 91 ' }), [], 10],
    ['X-WP-TotalPages', { 'x-wp-totalpages': '4', 'x-wp-total': '90' }, [], 4],
    ['X-Total-Pages', { 'x-total-pages': '4', 'x-total': '90' }, [], 4],
    ['a total', {}, { total: 91 }, 10],
    ['a count', {}, { count: 91 }, 10],
    ['a total as text', {}, { total: '91' }, 10],
    ['a total as text with blanks', {}, { total: '  91  ' }, 10],
    ['a total of 0', {}, { total: 0 }, 0],
    ['a total written with a dash', {}, { 'Total-Count': 91 }, 10],
    ['a total beside a meta that is null', {}, { meta: null, paging: { total: 91 } }, 10],
    ['a total in meta', {}, { meta: { total_count: 91 } }, 10],
    ['a total in pagination', {}, { pagination: { totalItems: 91 } }, 10],
    ['a number of pages', {}, { total_pages: 4, total: 1000 }, 4],
    ['a last page', {}, { meta: { last_page: 4 } }, 4],
    ['nothing', {}, { next: '/items?page=2' }, undefined],
    ['a Link without a last page', link('<?page=2>; rel="next"'), [], undefined],
    ['a Link to something that is no number', link('<?page=abc>; rel="last", <?cursor=x>; rel="last"'), [], undefined],
    ['a Link that cannot be read', link('page 9'), [], undefined],
    ['a total that is no number', {}, { total: { value: 5 }, count: -1, totalItems: 1.5 }, undefined],
    ['texts that are no whole number', {}, { total: '', count: '1e2', totalItems: '0x10', pages: ' ' }, undefined],
    ['values that only look like numbers', {}, { total: null, count: true, pages: ['5'] }, undefined],
    ['null', {}, null, undefined],
    ['no body', {}, undefined, undefined],
  ])('reads %s', (_what, headers, data, last) => {
    expect(lastPage({ status: 200, headers, data }, 10, counting)).toBe(last);
  });

  test('counts from 0 if the API does', () => {
    const from0 = { pageParam: 'p', firstPage: 0 };
    expect(lastPage({ status: 200, headers: {}, data: { total: 91 } }, 10, from0)).toBe(9);
    expect(lastPage({ status: 200, headers: {}, data: { pages: 4 } }, 10, from0)).toBe(3);
    expect(lastPage({ status: 200, headers: link('<?p=9>; rel=last'), data: [] }, 10, from0)).toBe(9);
  });
});
