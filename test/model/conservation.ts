import { collectable, revenueOf } from "./ledger.ts";
import { above, ONE } from "./numbers.ts";
import type { State } from "./state.ts";
import { balanceOf } from "./tokens.ts";

type Sum = { readonly label: string; readonly chain: bigint; readonly model: bigint };

const total = (values: Iterable<bigint>): bigint => [...values].reduce((sum, value) => sum + value, 0n);

const GENESIS = 600_000_000n * ONE;

/** Sums that must hold of the model to the wei, and so of the chain that agrees with it; returned where they do not. */
export function conserved(s: State): Sum[] {
  const unspent = total(
    s.leases.map((lease) => lease.rate * above(lease.end, s.now > lease.start ? s.now : lease.start)),
  );
  const cards = [...s.cards.values()];
  const uncollected = total(
    cards.map((card) => {
      const { fee, node, owner } = collectable(s, card);
      return fee + node + owner;
    }),
  );
  const unclaimed = total(
    cards.flatMap((card) =>
      card.periods
        .filter(({ number }) => number % 2n === 1n)
        .map(({ number, paid }) => revenueOf(s, card, number) - paid),
    ),
  );
  const balances = total([...s.purses.values()].map(({ balance }) => balance));
  const spent = s.leases.map(({ rate, start, end }) => rate * (end - start));
  const sums: Sum[] = [
    {
      label: "I7: cfUSD of the ledger = balances + unspent escrow + uncollected + unclaimed + fees",
      chain: balanceOf(s.dollar, s.at.ledger),
      model: balances + unspent + uncollected + unclaimed + s.gatheredFees,
    },
    {
      label: "I8: rent + refunds = deposits",
      chain: total(spent) + total(s.leases.map(({ refunded }) => refunded)),
      model: total(s.leases.map(({ deposited }) => deposited)),
    },
    {
      label: "I1, I2: CARD + credit = genesis − burned by holders",
      chain: s.token.supply + s.minter.credit,
      model: GENESIS - s.burned,
    },
    { label: "cfUSD supply = its balances", chain: s.dollar.supply, model: total(s.dollar.balances.values()) },
    { label: "CARD supply = its balances", chain: s.token.supply, model: total(s.token.balances.values()) },
    {
      label: "I16: bonds = CARD held for them",
      chain: balanceOf(s.token, s.at.supplierStaking),
      model: total([...s.bonds.values()].map(({ active, thawing }) => active + thawing)),
    },
    {
      label: "I16: renters' stakes = CARD held for them",
      chain: balanceOf(s.token, s.at.renterStaking),
      model: total([...s.renters.values()].map(({ active, thawing, pending }) => active + thawing + pending)),
    },
  ];
  return sums.filter(({ chain, model }) => chain !== model);
}
