/** An operation: a sale or purchase of one at a price in ticks, or the cancellation of an open order, by its index. */
export type Operation = { readonly kind: "sell" | "buy" | "cancel"; readonly order: number; readonly price: number };

/**
 * A flow around a price of 100 ticks: some cancel, so that about 2 000 orders are open; the rest sells and buys. Whatever keeps price and
 * time has the same orders open at every step, so cancels always name open ones. Ours does not: an ask goes to the bid that waits longest
 * and accepts it, so more is traded, and a cancel may name an order that is filled.
 *
 * @param operations - how many
 * @param random - uniform numbers from 0 up to 1
 * @example
 * const flow = makeFlow(300_000, generator(7));
 */
export function makeFlow(operations: number, random: () => number): readonly Operation[] {
  const sells = new Map<number, number[]>();
  const buys = new Map<number, number[]>();
  const open: { readonly book: Map<number, number[]>; readonly price: number; readonly order: number }[] = [];
  const at = new Map<number, number>();
  const flow: Operation[] = [];
  const close = (order: number): void => {
    const index = at.get(order) ?? 0;
    const last = open.pop();
    at.delete(order);
    if (last === undefined || last.order === order) return;
    open[index] = last;
    at.set(last.order, index);
  };
  const best = (book: Map<number, number[]>, lowest: boolean): number | undefined => {
    const prices = [...book.keys()];
    return prices.length === 0 ? undefined : lowest ? Math.min(...prices) : Math.max(...prices);
  };
  const drop = (book: Map<number, number[]>, price: number, order: number): void => {
    const level = (book.get(price) ?? []).filter((other) => other !== order);
    if (level.length === 0) book.delete(price);
    else book.set(price, level);
  };
  for (let order = 0; flow.length < operations; ) {
    const chosen = open[Math.floor(random() * open.length)];
    if (random() < (open.length < 2_000 ? 0.15 : 0.5) && chosen !== undefined) {
      drop(chosen.book, chosen.price, chosen.order);
      close(chosen.order);
      flow.push({ kind: "cancel", order: chosen.order, price: chosen.price });
      continue;
    }
    const kind = random() < 0.5 ? "sell" : "buy";
    const price = 100 + Math.round((random() - 0.5) * 30) + (kind === "sell" ? 4 : -4);
    const [own, other] = kind === "sell" ? [sells, buys] : [buys, sells];
    const against = best(other, kind === "buy");
    if (against !== undefined && (kind === "buy" ? against <= price : against >= price)) {
      const [first] = other.get(against) ?? [];
      if (first !== undefined) {
        drop(other, against, first);
        close(first);
      }
    } else {
      own.set(price, [...(own.get(price) ?? []), order]);
      at.set(order, open.length);
      open.push({ book: own, price, order });
    }
    flow.push({ kind, order, price });
    order += 1;
  }
  return flow;
}
