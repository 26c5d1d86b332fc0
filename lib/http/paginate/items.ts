import { formatValue } from '../../base/check.js';
import { ignoreRejection } from '../../base/thenable.js';
import type { Plan } from './plan.js';
import type { PageResponse } from './types.js';

function defaultItems(body: unknown): unknown {
  const { items, results, data } = (body ?? {}) as { items?: unknown; results?: unknown; data?: unknown };
  for (const list of [body, items, results, data]) if (Array.isArray(list)) return list;
  throw new TypeError(
    `paginate found no items in ${formatValue(body)}: it takes an array, { items }, { results } or { data }; use the option items`,
  );
}

/** Whether a response has no content. The option `items` is not called for it. */
const isEmpty = ({ status, data }: PageResponse): boolean =>
  status === 204 || data === undefined || (typeof data === 'string' && data.trim() === '');

/** The items of a page. @throws TypeError for a body without a list of items. */
export function itemsOf(response: PageResponse, { items: find = defaultItems }: Plan): readonly unknown[] {
  if (isEmpty(response)) return [];
  const items: unknown = ignoreRejection(find(response.data));
  if (Array.isArray(items)) return items as unknown[];
  throw new TypeError(`paginate: items must return an array, it returned ${formatValue(items)}`);
}
