import { filled } from "./ladder.ts";

/** Where no list goes on. */
const NONE = -1;

/**
 * Makes lists of asks, of which any goes in or out at once however long they are. A list is known by its first ask; -1: empty.
 *
 * @returns what changes lists and goes through them
 * @example
 * const lists = createAskLists();
 * let own = -1;
 * own = lists.append(own, 7);
 */
export function createAskLists() {
  /** By ask: the next; and the one before, of the first the last. */
  let nexts = new Int32Array(64);
  let earlier = new Int32Array(64);

  /** Puts an ask behind all others; returns the first. */
  function append(first: number, id: number): number {
    if (id >= nexts.length) {
      nexts = filled(new Int32Array(Math.ceil(1.25 * id + 1)), nexts);
      earlier = filled(new Int32Array(nexts.length), earlier);
    }
    nexts[id] = NONE;
    if (first === NONE) {
      earlier[id] = id;
      return id;
    }
    const last = earlier[first] as number;
    nexts[last] = id;
    earlier[id] = last;
    earlier[first] = id;
    return first;
  }

  /** Takes an ask out; returns the first of the rest. */
  function remove(first: number, id: number): number {
    const after = nexts[id] as number;
    const before = earlier[id] as number;
    if (id !== first) nexts[before] = after;
    const head = id === first ? after : first;
    if (after !== NONE) earlier[after] = before;
    else if (head !== NONE) earlier[head] = before;
    return head;
  }

  const next = (id: number): number => nexts[id] as number;

  /** All of a list, the first of them first. */
  function all(first: number): readonly number[] {
    const ids: number[] = [];
    for (let id = first; id !== NONE; id = next(id)) ids.push(id);
    return ids;
  }

  return { append, remove, next, all };
}
