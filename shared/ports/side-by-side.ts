/** Requests of one piece of work that are under way at the same time. */
const AT_ONCE = 32;

/** Does the work of each item, many of them side by side. */
export async function sideBySide<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
}
