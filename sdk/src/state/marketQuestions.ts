import type { Address } from "viem";
import type { Ask, Bid } from "../abis/structs.ts";
import type { CardTerms, LeaseTerms, MarketEvent } from "../matching/index.ts";
import { noRent, revenueBy } from "./accrual.ts";
import { runningOn } from "./cardQuestions.ts";
import type { CardRecord, LeaseRecord, Store } from "./records.ts";
import { orderKey } from "./records.ts";
import { bondIn, stakeIn } from "./stakingHandlers.ts";

/** Orders whose market is asked for. */
export type MarketOrders = {
  readonly asks: readonly Ask[];
  readonly bids: readonly Bid[];
};

/** What a matching engine must know before it is given orders: the market, their cards with what runs on them, and their makers. */
export const marketEventsIn = (store: Store, at: number, { asks, bids }: MarketOrders): readonly MarketEvent[] => {
  const parameters = store.market.get();
  const makers = [
    ...asks.map(({ operator, salt }) => ({ maker: lower(operator), salt, pays: false })),
    ...bids.map(({ renter, salt }) => ({ maker: lower(renter), salt, pays: true })),
  ];
  const payers = new Map<Address, boolean>();
  for (const { maker, pays } of makers) payers.set(maker, pays || payers.get(maker) === true);
  return [
    { type: "time", now: at },
    ...(parameters === undefined ? [] : [{ type: "parameters", parameters } as const]),
    { type: "pause", until: store.pauses.get("matches") ?? 0 },
    { type: "bondPrice", price: store.bondPrice.get() },
    ...[...store.models.entries()].map(
      ([model, { minimumBond, referenceValue, memoryMiB }]): MarketEvent => ({
        ...{ type: "model", model, terms: { minimumBond, referenceValue, memoryMiB } },
      }),
    ),
    ...[...payers].map(([maker, pays]) => accountEvent(store, at, maker, pays)),
    ...makers.flatMap(({ maker, salt }): readonly MarketEvent[] => {
      const word = store.orders.get(orderKey(maker, salt));
      return word === undefined ? [] : [{ type: "order", maker, salt, word }];
    }),
    ...[...new Set(asks.map(({ cardId }) => cardId))].flatMap((cardId) => cardEvents(store, at, cardId)),
  ];
};

const lower = (account: Address): Address => `0x${account.slice(2).toLowerCase()}`;

/** Of a renter also what its balance in the ledger can pay. */
const accountEvent = (store: Store, at: number, address: Address, pays: boolean): MarketEvent => ({
  type: "account",
  address,
  counter: store.counters.get(address) ?? 0n,
  tier: stakeIn(store, address, at).tier,
  ...(pays && { dollars: store.accounts.get(address)?.balance ?? 0n }),
});

const cardEvents = (store: Store, at: number, cardId: bigint): readonly MarketEvent[] => {
  const card = store.cards.get(cardId);
  if (card === undefined) return [];
  const { number } = store.rents.get(cardId) ?? noRent;
  const { operator, hostId, epoch, model, region, state } = card;
  const terms: Omit<CardTerms, "leases"> = {
    ...{ operator, hostId, epoch, model, region, state },
    limits: limitsOf(card),
    bond: bondIn(store, cardId, operator).active,
    revenue: { amount: revenueBy(store, cardId, number, at), at },
    encumbered: number % 2 === 1,
  };
  return [
    { type: "card", cardId, terms },
    ...runningOn(store, cardId, at).map(
      (lease): MarketEvent => ({ type: "lease", cardId, key: `${lease.leaseId}`, lease: leaseTermsOf(lease) }),
    ),
  ];
};

const limitsOf = ({ floorRate, longestHours, encumbrance }: CardRecord): CardTerms["limits"] => ({
  ownerFloorRate: floorRate,
  longestHours,
  termFloorRate: encumbrance?.floorRate ?? 0n,
  saleEnd: encumbrance?.saleEnd ?? 0,
  termEnd: encumbrance?.termEnd ?? 0,
  decayBps: encumbrance?.decayBps ?? 0,
});

const leaseTermsOf = ({ operator, rate, feeBps, thousandths, start, end }: LeaseRecord): LeaseTerms => ({
  operator,
  rate,
  feeBps,
  thousandths,
  start,
  end,
});
