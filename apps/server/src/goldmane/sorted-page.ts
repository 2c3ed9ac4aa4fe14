/** What can be put in order: by a value, and equal ones by their ids. */
export interface Sortable {
  readonly id: number;
  readonly value: string | number;
}

/**
 * One page of items in ascending order. Only what stands on the page is sorted by id, so that a page of very many
 * costs little more than looking at each: values are few, as names and buckets are.
 */
export function sortedPage<Item extends Sortable>(
  items: readonly Item[],
  from: number,
  size: number,
): Item[] {
  const groups = new Map<string | number, Item[]>();
  for (const item of items) {
    const group = groups.get(item.value);
    if (group === undefined) groups.set(item.value, [item]);
    else group.push(item);
  }
  const values = [...groups.keys()].sort((a, b) => (a < b ? -1 : 1));
  const page: Item[] = [];
  let before = 0;
  for (const value of values) {
    const group = groups.get(value) ?? [];
    const begin = Math.max(0, from - before);
    const end = Math.min(group.length, from + size - before);
    before += group.length;
    if (begin < end) {
      group.sort((a, b) => a.id - b.id);
      for (let at = begin; at < end; at++) page.push(group[at] as Item);
    }
    if (before >= from + size) break;
  }
  return page;
}
