import type { Hex } from "viem";
import type { Context } from "./handlers.ts";

/** Text of a name that fills a word from the left. */
const nameOf = (word: Hex): string =>
  (word.slice(2).match(/../g) ?? [])
    .map((byte) => Number.parseInt(byte, 16))
    .filter((code) => code !== 0)
    .map((code) => String.fromCharCode(code))
    .join("");

/** Keeps the end of a pause under its kind's name. */
export const keepPause = (event: { readonly kind: Hex; readonly until: number }, { store }: Context): void =>
  store.pauses.put(nameOf(event.kind), event.until);
