/** A few requests at a time, so that a node is not flooded; results in order. */
export const inParts = async <Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
  size = 20,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += size)
    results.push(...(await Promise.all(items.slice(at, at + size).map(read))));
  return results;
};
