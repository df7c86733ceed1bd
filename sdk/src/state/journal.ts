/** Takes one change back. */
export type Undo = () => void;

/** Collects what takes the changes back, newest last; undefined while nothing will be taken back. */
export type Journal = { undo: Undo[] | undefined };

/** A map that writes down how to take its changes back. Values are never changed in place. */
export type Table<Key, Value> = {
  readonly get: (key: Key) => Value | undefined;
  readonly put: (key: Key, value: Value | undefined) => void;
  readonly keys: () => IterableIterator<Key>;
  readonly entries: () => IterableIterator<[Key, Value]>;
  readonly size: () => number;
};

/** A table of a journal; putting `undefined` removes. */
export const createTable = <Key, Value>(journal: Journal): Table<Key, Value> => {
  const map = new Map<Key, Value>();
  const write = (key: Key, value: Value | undefined): void => {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  };
  return {
    get: (key) => map.get(key),
    put: (key, value) => {
      if (journal.undo !== undefined) {
        const before = map.get(key);
        journal.undo.push(() => write(key, before));
      }
      write(key, value);
    },
    keys: () => map.keys(),
    entries: () => map.entries(),
    size: () => map.size,
  };
};

/** One value that writes down how to take its changes back. */
export type Cell<Value> = { readonly get: () => Value; readonly put: (value: Value) => void };

/** A cell of a journal. */
export const createCell = <Value>(journal: Journal, initial: Value): Cell<Value> => {
  let current = initial;
  return {
    get: () => current,
    put: (value) => {
      const before = current;
      journal.undo?.push(() => {
        current = before;
      });
      current = value;
    },
  };
};

/** Takes back everything in a list of changes, newest first. */
export const takeBack = (undo: readonly Undo[]): void => {
  for (let index = undo.length - 1; index >= 0; index -= 1) undo[index]?.();
};
