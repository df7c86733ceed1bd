/** Runs one step per item, at most `width` at a time, and keeps the order of results. */
export const each = async <Item, Result>(
  items: readonly Item[],
  step: (item: Item, index: number) => Promise<Result>,
  width = 8,
): Promise<Result[]> => {
  const results = new Map<number, Result>();
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await step(item, index));
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
};

/** Runs one step per item, one after the other. */
export const inTurn = <Item, Result>(
  items: readonly Item[],
  step: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => each(items, step, 1);

/** Cuts a list into parts of at most `size`. */
export const chunksOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));

/** Sum of one amount per item. */
export const sumOf = <Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint =>
  items.reduce((sum, item) => sum + amount(item), 0n);

/** Items by a key, keys in the order they are first seen. */
export const groupBy = <Item, Key>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};
