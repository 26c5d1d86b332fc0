import { formatValue } from '../../base/check.js';
import type { Plan } from './plan.js';
import type { PageResponse } from './types.js';

function defaultItems(body: unknown): unknown {
  const { items, results, data } = (body ?? {}) as { items?: unknown; results?: unknown; data?: unknown };
  for (const list of [body, items, results, data]) if (Array.isArray(list)) return list;
  throw new TypeError(
    `paginate found no items in ${formatValue(body)}: it takes an array, { items }, { results } or { data }; use the option items`,
  );
}

/** A response without content, which the option `items` is not asked about. */
const isEmpty = ({ status, data }: PageResponse): boolean =>
  status === 204 || data === undefined || (typeof data === 'string' && data.trim() === '');

/** The items of a page. @throws TypeError for a body of unknown shape. */
export function itemsOf(response: PageResponse, { items: find = defaultItems }: Plan): readonly unknown[] {
  if (isEmpty(response)) return [];
  const items: unknown = find(response.data);
  if (Array.isArray(items)) return items as unknown[];
  throw new TypeError(`paginate: items must return an array, it returned ${formatValue(items)}`);
}
